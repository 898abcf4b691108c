// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a run while it runs: the steps and the end of the output come as server-sent events. Without
// this the page is loaded again every five seconds.
"use strict";
const log = document.querySelector("[data-events]");
if (log && window.EventSource) {
	const source = new EventSource(log.dataset.events);
	const steps = document.getElementById("steps");
	source.addEventListener("log", (e) => {
		const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
		log.textContent = e.data;
		if (atEnd) log.scrollTop = log.scrollHeight;
	});
	source.addEventListener("steps", (e) => {
		steps.textContent = e.data;
	});
	source.addEventListener("end", () => {
		source.close();
		location.reload();
	});
}
