// What every component may use: figures in words, the colour of an answer's side, and numbers out of text.
const HALF_TURN = 32767; // what an exponent of 1 is as a whole number, and ⟨Z⟩ = 1
const percent = (share) => `${(100 * share).toFixed(1)}\u00a0%`;
const counted = (n) => Math.round(n).toLocaleString("en");
const decimal = (value, digits) => value.toFixed(digits).replace("-", "−");
// With a sign; what is rounded to zero has none.
const signed = (value, digits = 2) => {
  const isZero = Number(value.toFixed(digits)) === 0;
  return isZero ? (0).toFixed(digits) : (value > 0 ? "+" : "") + decimal(value, digits);
};
// A class's name, in letters that are the smaller the more there are (`--letters` in style sheets).
const writeName = (element, name) => {
  element.style.setProperty("--letters", String(name).length);
  write(element, String(name));
};
// A name where there is little room.
const shortName = (name) => (String(name).length > 14 ? `${String(name).slice(0, 13)}…` : String(name));
// A class with its article: a 3, an 8, an ankle boot.
const withArticle = (name) => `${/^[8aeiou]/i.test(name) ? "an" : "a"} ${name}`;
const sideOf = (z) => `var(--qm-${z > 0 ? "first" : "second"})`;
// Words into an element, unless they are there: whoever listens would hear them again.
const write = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};
// Base64 as numbers of a type, such as Float32Array.
const numbers = (text, Type) => new Type(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
// The 95 % interval of an accuracy on n examples: E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927), as in metrics.py.
function interval(share, n) {
  const z = 1.96;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const low = (100 * Math.max(0, centre - half)).toFixed(1);
  return `${low} to ${percent(Math.min(1, centre + half))}`;
}

const TRIES = 30; // a file is away while the page that shows it is drawn anew: on a late server for many seconds
const LONGEST = 2000; // milliseconds between two of them
// A file of the server's, asked for again while a late server has it not yet, or the network loses it; null if it is
// not to be had.
async function bring(address) {
  let file = null;
  for (let tries = 0; tries < TRIES && !file; tries++) {
    if (tries) await new Promise((again) => setTimeout(again, Math.min(250 * 1.3 ** tries, LONGEST)));
    file = await fetch(new URL(address, document.baseURI))
      .then((answer) => (answer.ok ? answer.blob() : null))
      .catch(() => null);
  }
  return file;
}
