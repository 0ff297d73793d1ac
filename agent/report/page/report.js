// SPDX-License-Identifier: GPL-3.0-or-later
// Hides rows that are not asked for. Everything stands in the page without it.
"use strict";
(function () {
    function wanted(row, text, choices) {
        for (const [name, value] of choices) {
            if (value !== "" && !row.dataset[name].split(" ").includes(value)) return false;
        }
        return text === "" || row.textContent.toLowerCase().includes(text);
    }

    function apply(form, rows) {
        const text = form.elements.text.value.trim().toLowerCase();
        const choices = Array.from(form.querySelectorAll("select"), (select) => [select.name, select.value]);
        let shown = 0;
        for (const row of rows) {
            row.hidden = !wanted(row, text, choices);
            if (!row.hidden) shown += 1;
        }
        form.querySelector("output").textContent = shown + " of " + rows.length + " rows";
    }

    for (const form of document.querySelectorAll("form.filters")) {
        const rows = Array.from(document.getElementById(form.dataset.table).tBodies[0].rows);
        // Not every browser tells of a choice by both.
        for (const name of ["input", "change"]) form.addEventListener(name, () => apply(form, rows));
        form.addEventListener("submit", (event) => event.preventDefault());
        // The fields have their first values only after the event.
        form.addEventListener("reset", () => setTimeout(() => apply(form, rows)));
        apply(form, rows);
    }
    document.documentElement.classList.add("js");
})();
