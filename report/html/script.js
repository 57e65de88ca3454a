
(() => {
  "use strict";
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  const shown = (cell) => cell.dataset.v ?? cell.textContent.trim();
  const byNumber = (a, b) => Number(a) - Number(b);
  const byWord = new Intl.Collator("en", { numeric: true }).compare;

  function sort(table, column, head) {
    const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const rows = [...table.tBodies[0].rows].map((row) => [shown(row.cells[column]), row]);
    const isNumber = rows.every(([value]) => value !== "" && !Number.isNaN(Number(value)));
    const compare = isNumber ? byNumber : byWord;
    rows.sort((a, b) => (order === "ascending" ? compare(a[0], b[0]) : compare(b[0], a[0])));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }

  function addFilter(table) {
    const rows = [...table.tBodies[0].rows];
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const box = make("input", { type: "search", id: table.id + "-filter", autocomplete: "off", spellcheck: false });
    const count = make("output", { textContent: rows.length + " rows" });
    count.htmlFor.add(box.id);
    box.addEventListener("input", () => {
      const words = box.value.toLowerCase().split(/\s+/);
      let left = 0;
      for (const row of rows) {
        row.hidden = !words.every((word) => texts.get(row).includes(word));
        left += row.hidden ? 0 : 1;
      }
      count.textContent = left === rows.length ? rows.length + " rows" : left + " of " + rows.length + " rows";
    });
    const tools = make("div", { className: "tools" });
    tools.append(make("label", { htmlFor: box.id, textContent: "Filter" }), box, count);
    table.parentElement.before(tools);
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = make("button", { type: "button" });
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, column, head));
      head.append(button);
    });
    if (table.classList.contains("filtered")) addFilter(table);
  }
})();
