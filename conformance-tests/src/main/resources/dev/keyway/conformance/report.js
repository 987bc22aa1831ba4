// SPDX-License-Identifier: Apache-2.0
// Filters the table of operators; the page is complete without it.
const tools = document.getElementById("tools");
if (tools) {
  const rows = [...document.querySelectorAll("#operators tbody tr")];
  const name = tools.querySelector("input[type=search]");
  const failing = tools.querySelector("input[type=checkbox]");
  const filter = () => {
    const wanted = name.value.trim().toLowerCase();
    for (const row of rows) {
      const fits = row.cells[0].textContent.toLowerCase().includes(wanted);
      row.hidden = !fits || (failing.checked && !row.querySelector(".bad, .known"));
    }
  };
  name.addEventListener("input", filter);
  failing.addEventListener("change", filter);
  tools.hidden = false;
}
