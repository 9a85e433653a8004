export default function ({ data, parentElement }) {
  const [place, code, count, qr, names] = [".place", ".code", ".count", ".qr", ".names"].map((name) =>
    parentElement.querySelector(name),
  );
  write(place, data.place);
  write(code, data.code);
  write(count, data.count);
  if (qr.drawn !== data.svg) qr.innerHTML = qr.drawn = data.svg;
  qr.setAttribute("aria-label", data.alt);
  const words = JSON.stringify(data.names);
  if (names.drawn === words) return;
  names.drawn = words;
  names.replaceChildren(
    ...data.names.map((name) => {
      const made = document.createElement("li");
      made.textContent = name;
      return made;
    }),
  );
}
