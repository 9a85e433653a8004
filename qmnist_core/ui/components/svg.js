// An SVG element, with attributes and children.
function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
// Draw anew whenever the place has another width.
function onWidth(root, draw) {
  root.watcher?.disconnect();
  let width = 0;
  root.watcher = new ResizeObserver(() => {
    if (root.clientWidth && root.clientWidth !== width) {
      width = root.clientWidth;
      draw(width);
    }
  });
  root.watcher.observe(root);
}
