// The share of the test images that are right.
export default function ({ data, parentElement }) {
  const [root, value, words] = [".score", "b", "span"].map((name) => parentElement.querySelector(name));
  words.textContent = data.words;
  play.follow(root, data.run, (reel, frame) => {
    value.textContent = percent(reel.accuracy[frame]);
  });
}
