// The page's folder is the dashboard's: whatever a proxy puts before it, no other site's pages get the cookie.
export default function ({ data }) {
  const folder = new URL(".", location.href).pathname;
  const age = data.value ? Math.ceil(data.seconds) : 0;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: a classroom's server without https has no Cookie Store API
  document.cookie = `${data.name}=${data.value}; path=${folder}; max-age=${age}; SameSite=Lax${secure}`;
}
