const PLAY = "M7 4.5v15l12.5-7.5z",
  PAUSE = "M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  FLOOR = 0.4; // accuracy at the foot of the track, unless the run was worse

export default function ({ data, parentElement, setTriggerValue }) {
  const dock = parentElement.querySelector(".dock");
  const [button, range, work] = [".play", "input", ".work"].map((name) => dock.querySelector(name));
  const isNew = dock.run !== data.run;
  dock.run = data.run;
  if (play.latest?.run !== data.run || data.words) play.words = data.words; // they stay until what they announced is here
  play.latest = data;
  play.focus = () => button.focus();
  play.tell = (step) => setTriggerValue("rest", { step, asks: play.asked ?? "" });
  play.total = data.total;
  play.series = data.series;
  range.max = data.total;
  if (isNew) {
    play.playing = false;
    play.told = undefined;
  }

  if (!dock.ready) {
    dock.ready = true;
    button.onclick = play.toggle;
    dock.querySelector(".restart").onclick = () => play.set(0);
    dock.querySelector(".back").onclick = () => play.by(-1);
    dock.querySelector(".on").onclick = () => play.by(1);
    dock.querySelector(".speed").onchange = (event) => play.faster(Number(event.target.value));
    range.oninput = () => play.set(Number(range.value));
  }
  work.hidden = !data.press;
  work.textContent = data.press;
  work.onclick = () => setTriggerValue("pressed", data.press);

  function curve(reel) {
    const root = dock.querySelector(".curve");
    if (dock.drawn === reel) return;
    dock.drawn = reel;
    const low = Math.min(FLOOR, ...reel.accuracy);
    const y = (share) => 100 - (96 * (share - low)) / (1 - low);
    const x = (step) => (1000 * step) / Math.max(1, data.total);
    const points = Array.from(reel.steps, (step, i) => `${x(step).toFixed(1)},${y(reel.accuracy[i]).toFixed(2)}`);
    const level = (share) =>
      svg("line", {
        x1: 0,
        x2: 1000,
        y1: y(share),
        y2: y(share),
        stroke: "var(--st-text-color)",
        "stroke-dasharray": "5 4",
        ...thin,
      });
    const thin = { "vector-effect": "non-scaling-stroke", fill: "none" };
    dock.veil = svg("rect", { y: 0, height: 100, fill: "var(--st-background-color)", "fill-opacity": 0.6 });
    dock.hand = svg("line", { y1: 0, y2: 100, stroke: "var(--st-text-color)", "stroke-width": 3, ...thin });
    root.setAttribute("viewBox", "0 0 1000 100");
    root.replaceChildren(
      svg("rect", { width: 1000, height: 100, fill: "var(--st-secondary-background-color)" }),
      ...(data.ceiling === null ? [] : [level(data.ceiling)]),
      svg("polyline", { points: points.join(" "), stroke: "var(--qm-qnn)", "stroke-width": 2.5, ...thin }),
      dock.veil,
      dock.hand,
    );
  }
  function draw(reel, frame) {
    curve(reel);
    const newest = reel.steps[reel.steps.length - 1];
    const at = Math.min(play.step, newest, data.total); // until a new run is there, the one before may be longer
    const x = (1000 * at) / Math.max(1, data.total);
    dock.hand.setAttribute("x1", x);
    dock.hand.setAttribute("x2", x);
    dock.veil.setAttribute("x", x);
    dock.veil.setAttribute("width", 1000 - x);
    if (Number(range.value) !== Math.round(at)) range.value = at;
    const words = `Step ${counted(reel.steps[frame])} of ${counted(data.total)}`;
    const right = `${percent(reel.accuracy[frame])} right`;
    const of = data.of ? ` of the ${data.of}` : "";
    dock.querySelector(".step").textContent = play.words || words;
    dock.querySelector(".right").textContent = right;
    dock.querySelector(".right").title = of;
    range.setAttribute("aria-valuetext", `${words}, ${right}${of}`);
    if (dock.playing !== play.playing) {
      dock.playing = play.playing;
      button.setAttribute("aria-label", play.playing ? "Pause" : "Play");
      button.querySelector("path").setAttribute("d", play.playing ? PAUSE : PLAY);
    }
  }
  play.follow(dock, "main", draw);
  if (!data.reel) {
    delete play.reels.main; // that of another page
    dock.querySelector(".step").textContent = data.words;
    return;
  }
  const follows = data.cursor === null;
  const loads = [play.load("main", data.reel)];
  for (const [name, address] of Object.entries(data.beside)) loads.push(play.load(name, address));
  Promise.all(loads)
    .finally(() => {
      if (play.latest === data) play.words = data.words;
    })
    .then(([reel]) => {
      if (dock.run !== data.run) return;
      const step = follows ? reel.steps[reel.steps.length - 1] : data.cursor;
      if (data.asks && data.asks !== play.asked) play.from(step, data.plays);
      else play.show(step);
      play.asked = data.asks;
    })
    .catch((error) => {
      if (play.latest === data) dock.querySelector(".step").textContent = error.message;
    });
}
