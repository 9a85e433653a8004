// An image, and the share that a softmax of the ten scores gives each digit at the cursor; the largest is what is read.
const DIGITS = 10,
  SIDE = 28;

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".digits");
  const [canvas, what, says, list] = ["canvas", ".what", ".says", "ol"].map((name) => root.querySelector(name));
  const answers = numbers(data.answers, Int16Array);
  const n = answers.length / DIGITS;

  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(SIDE, SIDE);
  numbers(data.image, Uint8Array).forEach((gray, i) => {
    picture.data.set([gray, gray, gray, 255], 4 * i);
  });
  pen.putImageData(picture, 0, 0);
  canvas.setAttribute("aria-label", `${data.what}, as the circuits get it`);

  if (!list.children.length) {
    for (let digit = 0; digit < DIGITS; digit++) {
      const [row, name, track, share] = ["li", "b", "div", "span"].map((tag) => document.createElement(tag));
      name.textContent = digit;
      track.className = "track";
      track.append(document.createElement("div"));
      row.append(name, track, share);
      list.append(row);
    }
  }
  function draw(_reel, frame) {
    const isKnown = frame < n;
    const scores = Array.from(
      { length: DIGITS },
      (_, digit) => (data.factor * answers[frame * DIGITS + digit]) / HALF_TURN,
    );
    const largest = Math.max(...scores);
    const risen = scores.map((score) => Math.exp(score - largest));
    const sum = risen.reduce((total, one) => total + one, 0);
    const best = scores.indexOf(largest);
    write(what, isKnown ? `${data.what} is read as` : `${data.what} is not read yet`);
    write(says, isKnown ? `a ${best}` : "");
    risen.forEach((one, digit) => {
      const share = isKnown ? one / sum : 0;
      const row = list.children[digit];
      row.classList.toggle("said", isKnown && digit === best);
      row.querySelector(".track div").style.width = `${100 * share}%`;
      write(row.querySelector("span"), isKnown ? `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}\u00a0%` : "");
    });
  }
  draw(null, n);
  play.follow(root, data.run, draw);
}
