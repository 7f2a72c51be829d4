"use strict";
// A plain link leaves this page in the history; replacing does not.
document.getElementById("leave").addEventListener("click", function (event) {
  event.preventDefault();
  window.top.location.replace(this.href);
});
