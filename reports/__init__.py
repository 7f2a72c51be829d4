"""What people receive: letters and documents, made from the Journal and nothing else."""
