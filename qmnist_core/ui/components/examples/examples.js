// Images as they are, made small, and as bits; a bit is lit where the gray value is above the threshold.
const SEPARATED = 10; // sizes up to which pixels have lines between them

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".examples");
  const part = (name, text, title = "") => {
    const made = document.createElement("div");
    Object.assign(made, { className: name, textContent: text, title });
    return made;
  };
  const bits = [];
  const thirds = [];
  root.replaceChildren(
    ...data.classes.map(({ name, first, pictures, size, gray }) => {
      const made = part("digit", "");
      made.style.setProperty("--side", `var(--qm-${first ? "first" : "second"})`);
      const last = part("label", "");
      thirds.push(last);
      made.append(part("name", name));
      if (pictures.length) made.append(part("label", data.labels[0], data.about), part("label", data.labels[1]), last);
      const values = numbers(gray, Float32Array);
      pictures.forEach(([original, small], i) => {
        for (const picture of [original, small]) {
          const place = part("stage", "");
          place.innerHTML = picture;
          made.append(place);
        }
        const place = part("stage bits", "");
        const lines =
          size <= SEPARATED
            ? Array.from({ length: size + 1 }, (_, n) => `M${n} 0V${size}M0 ${n}H${size}`).join("")
            : `M0 0H${size}V${size}H0Z`;
        place.innerHTML =
          `<svg viewBox="${-0.02 * size} ${-0.02 * size} ${1.04 * size} ${1.04 * size}" role="img" shape-rendering="crispEdges">` +
          `<path fill="currentColor" /><path d="${lines}" fill="none" stroke="currentColor" stroke-opacity="0.45" vector-effect="non-scaling-stroke" /></svg>`;
        made.append(place);
        bits.push({ size, values: values.subarray(i * size * size, (i + 1) * size * size), picture: place.firstChild });
      });
      return made;
    }),
  );
  onSlider(root, data.slider, data.threshold, (threshold) => {
    const level = Math.fround(threshold);
    for (const { size, values, picture } of bits) {
      let [lit, n] = ["", 0];
      values.forEach((value, i) => {
        if (value > level) {
          lit += `M${i % size} ${Math.floor(i / size)}h1v1h-1z`;
          n++;
        }
      });
      picture.firstChild.setAttribute("d", lit);
      picture.setAttribute("aria-label", `Bits: ${n} of ${values.length} lit`);
    }
    for (const label of thirds) label.textContent = `above ${Number(threshold.toFixed(4))}`;
  });
}
