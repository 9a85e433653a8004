"""What Streamlit has no element for: live charts, inline pictures, a drawing pad, a link to copy.

Charts and pictures come in paper colours (`plots.style`); the browser puts the theme's in their place.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from qmnist_core.errors import InputError
from qmnist_core.plots.style import CONFIG, GRID, GROUND, INK, Figure, as_json
from qmnist_core.ui.site import PLOTLY

PAD_PIXELS = 280
"""Side of the drawing pad's own image."""

THEME_JS = f"""
function themed(text, element) {{
  const style = getComputedStyle(element);
  const pick = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  return text
    .replaceAll("{INK}", pick("--st-text-color", "{INK}"))
    .replaceAll("{GRID}", pick("--st-border-color", "{GRID}"))
    .replaceAll("{GROUND}", pick("--st-background-color", "{GROUND}"));
}}
"""

CHART_JS = (
    THEME_JS
    + """
function loadPlotly(address) {
  if (!window.qmnistPlotly) {
    window.qmnistPlotly = fetch(new URL(address, document.baseURI)).then((answer) => {
      if (!answer.ok) throw new Error("the chart's script is missing");
      return answer.text();
    }).then((source) => {
      const script = document.createElement("script");
      script.textContent = source;
      document.head.appendChild(script);
      return window.Plotly;
    });
  }
  return window.qmnistPlotly;
}
// As printed: in paper colours on white, whatever the theme, and wide enough where the screen is narrow.
function offerToSave(menu, root, data) {
  const shut = () => { menu.open = false; };
  const away = (event) => {
    if (menu.open && menu.contains(event.target)) return;
    shut();
    document.removeEventListener("pointerdown", away);
  };
  menu.ontoggle = () => { if (menu.open) document.addEventListener("pointerdown", away); };
  menu.onkeydown = (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    shut();
    menu.querySelector("summary").focus();
  };
  for (const button of menu.querySelectorAll("button")) {
    button.onclick = async () => {
      const figure = JSON.parse(data.figure);
      try {
        const Plotly = await loadPlotly(data.script);
        await Plotly.downloadImage({ data: figure.data, layout: figure.layout }, {
          format: button.dataset.format,
          width: Math.max(root.clientWidth, 600),
          height: data.height,
          scale: button.dataset.format === "png" ? 2 : 1,
          filename: data.name,
        });
        menu.querySelector("summary").focus();
        shut();
      } catch { button.textContent = "It cannot be saved"; }
    };
  }
}
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".qmnist-chart");
  offerToSave(parentElement.querySelector(".qmnist-save"), root, data);
  root.setAttribute("aria-label", data.alt);
  root.style.minHeight = data.height + "px";
  const text = themed(data.figure, root);
  if (root.drawn === text) return;
  root.drawn = text;
  loadPlotly(data.script).then((Plotly) => {
    if (!root.isConnected) return;
    const figure = JSON.parse(text);
    Plotly.react(root, figure.data, figure.layout, data.config).then(() => {
      if (!root.listening && data.clickable) {
        root.listening = true;
        root.on("plotly_click", (event) => {
          const point = event.points[0];
          setTriggerValue("click", { x: point.x, y: point.y, custom: point.customdata ?? null });
        });
      }
    });
  }).catch((error) => { root.textContent = "This chart cannot be drawn: " + error.message; });
}
"""
)

PICTURE_JS = (
    THEME_JS
    + """
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".qmnist-picture");
  const text = themed(data.svg, root);
  if (root.drawn !== text) { root.drawn = text; root.innerHTML = text; }
  root.style.maxWidth = data.max_width ? data.max_width + "px" : "none";
  root.style.minWidth = data.min_width ? data.min_width + "px" : "0";
}
"""
)

PAD_HTML = """
<div class="qmnist-pad">
  <div class="ground">
    <canvas width="560" height="560" role="img"
      aria-label="Drawing pad: draw a digit with mouse, pen or finger"></canvas>
    <span class="hint" aria-hidden="true"></span>
  </div>
  <div class="tools">
    <button type="button" class="undo">Undo</button>
    <button type="button" class="clear">Clear</button>
    <label>Brush <input type="range" class="brush" min="8" max="48" aria-label="Brush width"></label>
  </div>
</div>
"""

PAD_CSS = """
.qmnist-pad { max-width: 320px; margin: 0 auto; font-size: 1rem; }
.qmnist-pad .ground { position: relative; }
.qmnist-pad canvas { width: 100%; aspect-ratio: 1; background: #000; border-radius: 10px; touch-action: none;
  cursor: crosshair; display: block; border: 1px solid var(--st-border-color); box-sizing: border-box;
  user-select: none; -webkit-user-select: none; -webkit-touch-callout: none; }
.qmnist-pad .hint { position: absolute; inset: 0; display: none; align-items: center; justify-content: center;
  padding: 1rem; text-align: center; color: #b6bcc6; pointer-events: none; }
.qmnist-pad .empty .hint { display: flex; }
.qmnist-pad .tools { display: flex; gap: .4rem; align-items: center; margin-top: .6rem; flex-wrap: wrap; }
.qmnist-pad button { font: inherit; font-size: .95rem; flex: 1; color: var(--st-text-color);
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color); border-radius: .6rem;
  padding: .35rem .7rem; min-height: 2.6rem; cursor: pointer; }
.qmnist-pad button:hover { border-color: var(--st-primary-color); }
.qmnist-pad button[aria-disabled="true"] { opacity: .45; cursor: default; border-color: var(--st-border-color); }
.qmnist-pad :is(button, input):focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.qmnist-pad label { display: flex; align-items: center; gap: .6rem; flex: 1 0 100%;
  color: var(--st-text-color); }
.qmnist-pad input { flex: 1; min-width: 0; accent-color: var(--st-primary-color); min-height: 2.6rem;
  color-scheme: light dark; }
"""

# Strokes are lists of points, so that undo can draw what is left; a stroke without a point wipes the pad, so that
# undo brings back what was cleared. The pixels go to Python after each stroke. A tab keeps its drawing for a reload.
PAD_JS = """
const SIDE = 280, SHARP = 2, STORE = "qmnist-drawing", BRUSH = 28;
function stored() {
  try { return sessionStorage.getItem(STORE); } catch { return null; }
}
function store(text) {
  try { sessionStorage.setItem(STORE, text); } catch { /* not allowed here: a reload loses the drawing */ }
}
function parsed(text) {
  try {
    const strokes = JSON.parse(text);
    const whole = (stroke) => stroke.points.every(([x, y]) => isFinite(x) && isFinite(y));
    return Array.isArray(strokes) && strokes.every(whole) ? strokes : null;
  } catch { return null; }
}
export default function ({ data, parentElement, setStateValue }) {
  const pad = parentElement.querySelector(".qmnist-pad");
  pad.querySelector(".hint").textContent = data.hint;
  pad.tell = setStateValue;
  if (pad.strokes) return;

  const canvas = pad.querySelector("canvas");
  const brush = pad.querySelector(".brush");
  const [undo, clear] = [pad.querySelector(".undo"), pad.querySelector(".clear")];
  const pen = canvas.getContext("2d");
  pen.scale(SHARP, SHARP);
  const small = document.createElement("canvas");
  small.width = small.height = SIDE;
  const smallPen = small.getContext("2d", { willReadFrequently: true });
  const kept = parsed(data.strokes);
  pad.strokes = kept || parsed(stored()) || [];
  brush.value = pad.strokes.findLast((stroke) => stroke.width)?.width ?? BRUSH;
  paint();
  if (!kept && pad.strokes.length) send();

  function line(stroke, from) {
    pen.strokeStyle = pen.fillStyle = "#fff";
    pen.lineWidth = stroke.width;
    pen.lineCap = pen.lineJoin = "round";
    const points = stroke.points;
    pen.beginPath();
    if (points.length === 1) {
      pen.arc(...points[0], stroke.width / 2, 0, 7);
      pen.fill();
      return;
    }
    pen.moveTo(...points[Math.max(0, from - 1)]);
    for (const point of points.slice(from)) pen.lineTo(...point);
    pen.stroke();
  }
  function shown() {
    return pad.strokes.slice(pad.strokes.findLastIndex((stroke) => !stroke.points.length) + 1);
  }
  function paint() {
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, SIDE, SIDE);
    for (const stroke of shown()) line(stroke, 0);
    tools();
  }
  function tools() {
    const blank = !shown().length;
    canvas.parentElement.classList.toggle("empty", blank);
    undo.setAttribute("aria-disabled", String(!pad.strokes.length));
    clear.setAttribute("aria-disabled", String(blank));
  }
  function send() {
    smallPen.drawImage(canvas, 0, 0, SIDE, SIDE);
    const rgba = smallPen.getImageData(0, 0, SIDE, SIDE).data;
    const runs = [];
    for (let i = 0, end = SIDE * SIDE; i < end; ) {
      let n = 1;
      while (i + n < end && rgba[4 * (i + n)] === rgba[4 * i]) n++;
      runs.push(rgba[4 * i].toString(16) + ":" + n.toString(36));
      i += n;
    }
    const strokes = JSON.stringify(pad.strokes);
    store(strokes);
    pad.tell("drawing", { pixels: runs.join(" "), strokes });
  }
  function extend(event) {
    const box = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * SIDE * 10) / 10;
    const y = Math.round(((event.clientY - box.top) / box.height) * SIDE * 10) / 10;
    const last = pad.stroke.points.at(-1);
    if (!last || Math.hypot(x - last[0], y - last[1]) >= 1) pad.stroke.points.push([x, y]);
  }
  function end(event) {
    if (!pad.stroke || event.pointerId !== pad.pointer) return;
    pad.stroke = null;
    paint();  // as it will look when it is drawn again, to the last pixel
    send();
  }
  canvas.onpointerdown = (event) => {
    if (pad.stroke || event.button > 0) return;
    event.preventDefault();
    try { canvas.setPointerCapture(event.pointerId); } catch { /* a pen that has left already */ }
    pad.pointer = event.pointerId;
    pad.stroke = { width: Number(brush.value), points: [] };
    extend(event);
    pad.strokes.push(pad.stroke);
    line(pad.stroke, 0);
    tools();
  };
  canvas.onpointermove = (event) => {
    if (!pad.stroke || event.pointerId !== pad.pointer) return;
    const before = pad.stroke.points.length;
    const parts = event.getCoalescedEvents?.() ?? [];
    for (const part of parts.length ? parts : [event]) extend(part);
    if (pad.stroke.points.length > before) line(pad.stroke, before);
  };
  canvas.onpointerup = canvas.onpointercancel = canvas.onlostpointercapture = end;
  undo.onclick = () => {
    if (pad.stroke || !pad.strokes.length) return;
    pad.strokes.pop();
    paint();
    send();
  };
  clear.onclick = () => {
    if (pad.stroke || !shown().length) return;
    pad.strokes = [...shown(), { points: [] }];
    paint();
    send();
  };
}
"""

CHART_HTML = """
<div class="qmnist-frame">
  <div class="qmnist-chart" role="img"></div>
  <details class="qmnist-save">
    <summary aria-label="Save this chart" title="Save this chart">
      <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true">
        <path d="M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10"/></svg>
    </summary>
    <div>
      <button type="button" data-format="svg" aria-label="Save this chart as SVG">SVG</button>
      <button type="button" data-format="png" aria-label="Save this chart as PNG">PNG</button>
    </div>
  </details>
</div>
"""

# The arrow stands in the gap above the chart, so that it covers nothing and moves nothing.
CHART_CSS = """
.qmnist-frame { position: relative; }
.qmnist-chart { width: 100%; }
.qmnist-save { position: absolute; top: -1rem; right: 0; z-index: 5; opacity: 0; transition: opacity .15s; }
.qmnist-frame:hover .qmnist-save, .qmnist-save:focus-within, .qmnist-save[open] { opacity: 1; }
@media (hover: none) { .qmnist-save { opacity: .8; } }
@media print { .qmnist-save { display: none; } }
.qmnist-save summary { display: grid; place-items: center; width: 26px; height: 24px; cursor: pointer;
  list-style: none; border: 1px solid var(--st-border-color); border-radius: .4rem; color: var(--st-text-color);
  background: var(--st-background-color); }
.qmnist-save summary::-webkit-details-marker { display: none; }
.qmnist-save svg { width: 16px; height: 16px; }
.qmnist-save > div { position: absolute; right: 0; top: 28px; display: flex; gap: .3rem; padding: .35rem;
  background: var(--st-background-color); border: 1px solid var(--st-border-color); border-radius: .6rem;
  box-shadow: 0 4px 14px rgb(0 0 0 / .2); }
.qmnist-save button { font: inherit; font-size: .95rem; min-height: 2.4rem; padding: .2rem .8rem; cursor: pointer;
  color: var(--st-text-color); background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color); border-radius: .45rem; white-space: nowrap; }
.qmnist-save :is(summary, button):hover { border-color: var(--st-primary-color); }
.qmnist-save :is(summary, button):focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
"""

LINK_HTML = """
<div class="qmnist-link">
  <textarea readonly rows="2" aria-label="Link"></textarea>
  <button type="button">Copy link</button>
  <span role="status"></span>
</div>
"""

# A page that is not on https, such as a classroom's server, has no clipboard of the newer kind.
LINK_JS = """
export default function ({ data, parentElement }) {
  const [field, button, says] = ["textarea", "button", "span"].map((name) => parentElement.querySelector(name));
  if (field.value !== data.link) says.textContent = "";
  field.value = data.link;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
  field.onclick = () => field.select();
  button.onclick = async () => {
    let copied = false;
    try {
      await navigator.clipboard.writeText(data.link);
      copied = true;
    } catch {
      field.select();
      copied = document.execCommand("copy");
    }
    if (!copied) field.select();
    says.textContent = copied ? "Copied." : "It is marked: copy it with your keyboard.";
  };
}
"""

LINK_CSS = """
.qmnist-link { display: flex; flex-wrap: wrap; gap: .5rem .8rem; align-items: center; font-size: .95rem; }
.qmnist-link textarea { flex: 1 0 100%; box-sizing: border-box; resize: none; padding: .5rem .7rem;
  font: .85em/1.5 var(--st-code-font, monospace); word-break: break-all; color: var(--st-text-color);
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color); border-radius: .6rem; }
.qmnist-link button { font: inherit; color: #ffffff; background: light-dark(#6d3fd1, #7c5ce0); border: 0;
  border-radius: .6rem; padding: .35rem .9rem; min-height: 2.5rem; cursor: pointer; }
.qmnist-link :is(button, textarea):focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.qmnist-link span { color: var(--st-text-color); }
"""

# Each is declared where it is shown: a component that is declared before the server runs, Streamlit 1.65 does not know.
_chart = partial(
    st.components.v2.component,
    "qmnist_chart",
    html=CHART_HTML,
    css=CHART_CSS,
    js=CHART_JS,
    isolate_styles=False,
)
_picture = partial(
    st.components.v2.component,
    "qmnist_picture",
    html='<div class="qmnist-scroll"><div class="qmnist-picture"></div></div>',
    css=""".qmnist-scroll { overflow-x: auto; } .qmnist-picture { margin: 0 auto; }
      .qmnist-picture svg { display: block; width: 100%; height: auto; }""",
    js=PICTURE_JS,
)
_pad = partial(st.components.v2.component, "qmnist_pad", html=PAD_HTML, css=PAD_CSS, js=PAD_JS)
_link = partial(st.components.v2.component, "qmnist_link", html=LINK_HTML, css=LINK_CSS, js=LINK_JS)


def chart(figure: Figure, key: str, clickable: bool = False) -> dict[str, Any] | None:
    """Show a figure, with an arrow to save it as SVG or PNG; it changes in place when the same key gets another one.

    Returns, where it is clickable and was just clicked, the point's x, y and custom data.
    """
    data = {
        "figure": as_json(figure),
        "alt": figure["layout"]["meta"]["alt"],
        "height": figure["layout"]["height"],
        "config": CONFIG,
        "name": f"qnn-{key}",
        "script": PLOTLY,
        "clickable": clickable,
    }
    result = _chart()(key=key, data=data, on_click_change=lambda: None)
    return result.get("click") if clickable else None


def picture(svg: str, key: str, max_width: int | None = None, min_width: int | None = None) -> None:
    """Show an SVG inline, as wide as its place or up to max_width pixels."""
    _picture()(key=key, data={"svg": svg, "max_width": max_width, "min_width": min_width})


def link_to_copy(link: str, key: str) -> None:
    """Show an address with a button that copies it."""
    _link()(key=key, data={"link": link})


def drawing_pad(key: str, kept: dict[str, str] | None, hint: str = "Draw here") -> dict[str, str] | None:
    """A pad to draw on. kept: what this function gave before, to go on drawing after a page change.

    Returns {"pixels", "strokes"} after the first stroke, else what was kept; `unpack_pixels` reads the pixels.
    hint: what the pad says while it is blank.
    """
    data = {"strokes": kept["strokes"] if kept else None, "hint": hint}
    return _pad()(key=key, data=data, on_drawing_change=lambda: None).get("drawing") or kept


def unpack_pixels(packed: str) -> np.ndarray:
    """The pad's run-length text as gray values: float64 (280, 280), 0 black to 1 ink.

    packed: runs "value:length" row by row, the value in base 16, the length in base 36.
    Errors: InputError for a text that is not a whole image.
    """
    try:
        runs = [run.split(":") for run in packed.split()]
        values, lengths = [int(value, 16) for value, _ in runs], [int(length, 36) for _, length in runs]
    except (AttributeError, ValueError):
        values, lengths = [], []
    whole = sum(lengths) == PAD_PIXELS**2 and min(lengths) > 0 and min(values) >= 0 and max(values) <= 255
    if not whole:
        raise InputError("the drawing did not arrive whole: draw one more stroke")
    return np.repeat(np.array(values), lengths).reshape(PAD_PIXELS, PAD_PIXELS) / 255.0
