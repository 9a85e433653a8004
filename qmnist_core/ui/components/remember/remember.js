const NAME = "qmnist-lessons";

// A frame on another site, or a browser that keeps nothing, may refuse both: then only the session remembers.
function kept() {
  try {
    return JSON.parse(localStorage.getItem(NAME)) ?? {};
  } catch {
    return {};
  }
}
function keep(reached) {
  try {
    localStorage.setItem(NAME, JSON.stringify(reached));
  } catch {
    // as above
  }
}

export default function ({ data, setStateValue }) {
  const reached = { ...kept(), ...data.reached };
  keep(reached);
  if (data.tells && Object.keys(reached).some((name) => !(name in data.reached))) setStateValue("reached", reached);
}
