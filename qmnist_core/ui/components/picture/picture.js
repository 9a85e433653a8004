export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".qmnist-picture");
  const text = themed(data.svg, data.paper, root);
  if (root.drawn !== text) {
    root.drawn = text;
    root.innerHTML = text;
  }
  root.style.maxWidth = data.max_width ? data.max_width + "px" : "none";
  root.style.minWidth = data.min_width ? data.min_width + "px" : "0";
}
