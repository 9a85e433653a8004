// Pictures and charts come in the colours of paper; the theme's take their place.
function themed(text, paper, element) {
  const style = getComputedStyle(element);
  const pick = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  return text
    .replaceAll(paper.ink, pick("--st-text-color", paper.ink))
    .replaceAll(paper.grid, pick("--st-border-color", paper.grid))
    .replaceAll(paper.ground, pick("--st-background-color", paper.ground));
}
