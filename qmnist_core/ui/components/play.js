// One training, one cursor in it, and all that is drawn of it: shared by every component of the page. The dock loads
// reels and moves the cursor; what follows it is drawn again with every move, without the server.
window.qmnistPlay = (() => {
  const SECONDS = 8; // a whole training, at speed 1
  const REST = 250; // milliseconds without a move, after which the server is told
  const TYPES = { u4: Uint32Array, f4: Float32Array, u2: Uint16Array, i2: Int16Array, u1: Uint8Array, i1: Int8Array };
  const followers = new Map();
  const loaded = new Map();
  const self = {
    reels: {},
    series: {},
    latest: null, // of what the server has told the dock
    words: "", // said in place of the step
    step: 0,
    total: 0,
    speed: 1,
    playing: false,
    moved: false, // by hand, and the server does not know it yet
    told: undefined,
    tell: () => {},
    hand: null, // of an exponent that is turned on the page, and what it makes of an input's answer
  };
  let [waiting, drawing, since, from] = [0, 0, 0, 0];

  async function read(address) {
    const file = await bring(address);
    if (!file) throw new Error("the training has gone from the server");
    const buffer = await new Response(file.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    const end = new Uint8Array(buffer).indexOf(10);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 0, end)));
    const reel = { shapes: {} };
    let at = end + 1;
    for (const [name, [type, ...shape]] of Object.entries(head)) {
      const n = shape.reduce((product, length) => product * length, 1);
      reel[name] = new TYPES[type](buffer, at, n);
      reel.shapes[name] = shape;
      at += reel[name].byteLength;
    }
    return reel;
  }
  let asked = 0;
  const arrived = {};
  self.load = (name, address) => {
    const turn = ++asked;
    if (!loaded.has(address)) {
      if (loaded.size > 5) loaded.delete(loaded.keys().next().value);
      loaded.set(
        address,
        read(address).catch((error) => {
          loaded.delete(address);
          throw error;
        }),
      );
    }
    return loaded.get(address).then((reel) => {
      if (turn < arrived[name]) return self.reels[name]; // what was asked for later is here already
      arrived[name] = turn;
      self.reels[name] = reel;
      self.draw();
      return reel;
    });
  };
  // The last kept step at or before a step, by default the cursor.
  self.frame = ({ steps }, step = self.step) => {
    let [low, high] = [0, steps.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (steps[middle] <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  // ⟨Z⟩ of an input, by its name, at a kept step; null where it is not known.
  const unpacked = new Map();
  self.answer = (name, frame) => {
    if (self.hand?.series === name && self.hand.turned()) return self.hand.answer(frame);
    const packed = self.series[name];
    if (!packed) return null;
    if (unpacked.get(name)?.packed !== packed) {
      unpacked.set(name, { packed, values: numbers(packed, Int16Array) });
    }
    const { values } = unpacked.get(name);
    return frame < values.length ? values[frame] / HALF_TURN : null;
  };
  // draw(reel, frame) is called now, if there is a reel, and with every move from now on.
  self.follow = (element, name, draw) => {
    followers.set(element, { name, draw });
    const reel = self.reels[name];
    if (reel) draw(reel, self.frame(reel));
  };
  self.draw = () => {
    if (drawing) return;
    drawing = requestAnimationFrame(() => {
      drawing = 0;
      for (const [element, { name, draw }] of followers) {
        if (!element.isConnected) followers.delete(element);
        else if (self.reels[name]) draw(self.reels[name], self.frame(self.reels[name]));
      }
    });
  };
  function rest() {
    clearTimeout(waiting);
    self.moved = true;
    waiting = setTimeout(() => {
      self.moved = false;
      if (self.playing || Math.round(self.step) === self.told) return;
      self.told = Math.round(self.step);
      self.tell(self.told);
    }, REST);
  }
  self.set = (step) => {
    self.playing = false;
    self.step = Math.min(Math.max(step, 0), self.total);
    self.draw();
    rest();
  };
  // What came from the server, such as a link's moment; not what the server was told from here.
  self.show = (step) => {
    if (step === self.told || self.playing || self.moved) return;
    self.told = self.step = step;
    self.draw();
  };
  self.by = (moves) => {
    const reel = self.reels.main;
    if (!reel) return;
    const at = self.frame(reel) + moves;
    self.set(reel.steps[Math.min(Math.max(at, 0), reel.steps.length - 1)]);
  };
  self.pause = () => {
    self.playing = false;
    self.step = Math.round(self.step);
    self.draw();
    rest();
  };
  function tick(now) {
    if (!self.playing) return;
    const jumps = matchMedia("(prefers-reduced-motion: reduce)").matches ? 10 : Infinity;
    let done = ((now - since) / 1000 / SECONDS) * self.speed;
    if (jumps < Infinity) done = Math.floor(done * jumps) / jumps;
    self.step = from + done * self.total;
    if (self.step >= self.total) {
      self.step = self.total;
      self.pause();
      return;
    }
    self.draw();
    requestAnimationFrame(tick);
  }
  self.toggle = () => {
    if (self.playing) {
      self.pause();
      return;
    }
    if (!self.reels.main) return;
    if (self.step >= self.total) self.step = 0;
    [self.playing, since, from] = [true, performance.now(), self.step];
    requestAnimationFrame(tick);
    self.draw();
  };
  // What was asked for wins over a cursor that still moves.
  self.from = (step, plays) => {
    clearTimeout(waiting);
    [self.playing, self.moved] = [false, false];
    self.told = self.step = step;
    if (plays) self.toggle();
    self.draw();
  };
  self.faster = (speed) => {
    self.speed = speed;
    [since, from] = [performance.now(), self.step];
  };

  const TEXT =
    "input:not([type=range], [type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";
  const SPACE = "button, summary, input, [role=button], [role=checkbox], [role=switch], [role=radio], [role=tab]";
  const ARROWS =
    "input, [role=slider], [role=tab], [role=radio], [role=radiogroup], [role=listbox], [role=option], canvas";
  const KEYS = {
    ArrowRight: () => self.by(1),
    ArrowLeft: () => self.by(-1),
    Home: () => self.set(0),
    End: () => self.set(self.total),
  };
  let pointed = false; // whether what has the focus was reached with a pointer, rather than by Tab
  function pressed(event) {
    if (event.key === "Tab") pointed = false;
    let on = document.activeElement;
    while (on?.shadowRoot?.activeElement) on = on.shadowRoot.activeElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!on || on.matches(TEXT) || on.closest("dialog, [role=dialog]")) return;
    if (!document.querySelector(".st-key-dock")) return;
    if (event.key === " ") {
      // A button that was reached by keyboard keeps its own key; one that was just clicked does not.
      if (on.matches("canvas") || (on.matches(SPACE) && !pointed)) return;
      if (!event.repeat) self.toggle();
    } else if (KEYS[event.key]) {
      if (on.matches(ARROWS)) return;
      KEYS[event.key]();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  addEventListener(
    "pointerdown",
    () => {
      pointed = true;
    },
    true,
  );
  addEventListener("keydown", pressed, true);
  return self;
})();
const play = window.qmnistPlay;
