// moved(value) is called now and while one of the page's sliders is moved, before the server knows of it. given: what
// the server has, which may be finer than the slider says.
function onSlider(root, key, given, moved) {
  root.slider?.disconnect();
  const thumb = document.querySelector(`.st-key-${key} input[type="range"]`);
  if (!thumb) {
    moved(given);
    setTimeout(
      () => root.isConnected && document.querySelector(`.st-key-${key} input`) && onSlider(root, key, given, moved),
      200,
    );
    return;
  }
  const read = () => {
    const value = Number(thumb.getAttribute("aria-valuetext"));
    moved(Math.abs(value - given) < 0.0051 ? given : value);
  };
  root.slider = new MutationObserver(read);
  root.slider.observe(thumb, { attributes: true, attributeFilter: ["aria-valuetext"] });
  read();
}
