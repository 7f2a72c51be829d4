// Gives the letter the height that it needs. Without this script it has a scroll bar of its own.
const frame = document.querySelector("iframe.letter");
const fit = () => {
  const page = frame.contentDocument && frame.contentDocument.documentElement;
  if (!page) return;
  frame.style.height = "auto";
  frame.style.height = page.scrollHeight + 4 + "px";
};
if (frame) {
  frame.addEventListener("load", fit);
  window.addEventListener("resize", fit);
  fit();
}
