"""The doorway: the only package that touches mail, the web, files and the clock.

Read `pipeline` first: what becomes of one message. Then `pull`, which hands it the mailbox's letters, and
`desk`, on which they are decided; `send` and `outbox`, by which our letters leave; `worker`, the day.

the day             worker, pull, ahead, send, outbox, composing, owing, alarm, escalating;
                    generalising; watch, patience, heartbeat
what is destroyed   purge, mentions
mail servers        server, connection, mailbox, cabinet, old_copies, incoming, imap_faults; submission
reading a letter    reader, reader_process, reader_child, reader_shape, draft_shape; gate, message,
                    long_runs, headers, trace, parts, part, charset, html, text, file_names
its files           cleaning, written_anew, pictures, recordings, office_files, office_words,
                    pdf_files, pdf_parts, pdf_pictures, pdf_functions, pdf_fonts, letter_tables,
                    font_files, cff_fonts, type1_fonts, glyph_names
what leaves         passing_on, family, leaving
what a letter is    pipeline, desk, recognise, our_letter, delivery_report, undelivered
an appeal           registration, draft, appeal, own_words, wishes, signs
a form's letter     form, layouts, shapes, labelled_lines, labels, machine_words
a reply of staff    staff_reply, reply, own_lines, between, quotes, subtraction, courtesies,
                    notices; round_trip, release
what it does        understood, deeds, carrying_out, which, taking_back, grave_acts, apart, absence
is it believed?     authentication, belief, evidence, profiles, authserv, signature, name_server
at night            nightly, backup, backup_folder, age_file
when it is broken   troubles, trouble_signs, telling, faults
the page            webserver, webform, page, multipart, spool
the command         cli, verbs, demo; checkup, specimen; circle, circle_findings, lookout, marked_letter
config.yaml         config, settings, config_types, config_values, config_faults, secret_files, presets
secrets             school_key, rights, core_dumps
"""
