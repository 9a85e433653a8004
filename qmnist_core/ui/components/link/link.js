// A page that is not on https, such as a classroom's server, has no clipboard of the newer kind.
export default function ({ data, parentElement }) {
  const [field, button, says] = ["textarea", "button", "span"].map((name) => parentElement.querySelector(name));
  if (field.value !== data.link) says.textContent = "";
  field.value = data.link;
  field.setAttribute("aria-label", data.name[0].toUpperCase() + data.name.slice(1));
  button.textContent = `Copy ${data.name}`;
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
    says.textContent = copied ? "Copied." : "It is selected: copy it with your keyboard.";
  };
}
