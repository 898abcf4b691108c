// SPDX-License-Identifier: GPL-3.0-or-later
// pages.mjs URL: walks the pages as somebody would, and has axe-core look at each. Prints TAP.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const base = process.argv[2];
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
let n = 0;
function ok(name, fine, why = "") {
	console.log(`${fine ? "ok" : "not ok"} ${++n} - ${name}`);
	if (!fine && why) console.log(`# ${why}`.replaceAll("\n", "\n# "));
}
const browser = await chromium.launch({
	executablePath: "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync"],
});
const open = (options) => browser.newPage({ bypassCSP: true, ...options });
async function look(page, name) {
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => window.axe.run());
	ok(`axe: ${name}`, violations.length === 0,
		violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((x) => x.target.join(" ")).join("; ")}`).join("\n"));
}
let difference;
try {
	const page = await open({ viewport: { width: 1200, height: 900 } });
	await page.goto(base);
	ok("the overview", (await page.locator("h1").innerText()).includes("outputs are reproduced"));
	await page.getByRole("link", { name: "the difference" }).first().click();
	ok("… to a culprit", (await page.locator("h1").innerText()).endsWith("differs"));
	ok("… whose file names are text", (await page.locator("main img").count()) === 0);
	difference = page.url();
	const frame = page.frameLocator("iframe");
	await page.locator("iframe").scrollIntoViewIfNeeded();
	ok("… where diffoscope's report is in a frame", (await frame.locator("#seen").innerText()) === "seen");
	for (const url of [difference, difference.replace(".html", ".diffoscope.html")]) {
		const strict = await browser.newPage(); // with the policies that the server sends
		await strict.goto(url);
		const scope = url === difference ? strict.frames()[1] : strict.mainFrame();
		if (url === difference) await strict.locator("iframe").scrollIntoViewIfNeeded();
		await strict.waitForTimeout(500);
		ok(`… that runs nothing, ${url === difference ? "framed" : "alone"}`, (await scope.title()) === "report");
		await strict.close();
	}
	await page.getByRole("link", { name: "log of the build" }).click();
	ok("… to its log", page.url().includes("/log/"));
	await page.goto(`${base}/graph.html`);
	const node = page.locator(".graph a").first();
	ok("the graph has nodes", (await page.locator(".graph a").count()) >= 4);
	await page.getByLabel("200 %").check();
	await node.click();
	ok("… that are links", page.url().includes("/output/"));
	for (const path of ["", "outputs.html", "graph.html", "runs.html", "run/1.html", "peers.html", "output/random.html",
		new URL(difference).pathname.slice(1)])
		for (const [name, options] of [["light", { colorScheme: "light" }], ["dark", { colorScheme: "dark" }],
			["400 px, without scripts", { viewport: { width: 400, height: 800 } }]]) {
			const p = await open({ ...options });
			await p.goto(`${base}/${path}`);
			const wide = await p.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
			ok(`${path || "overview"} (${name}) fits its window`, !wide);
			await look(p, `${path || "overview"} (${name})`);
			await p.close();
		}
	const live = await open({});
	await live.goto(`${base}/runs.html`);
	await live.locator("tr", { hasText: "running" }).getByRole("link").first().click();
	ok("a run while it runs: its steps", await live.waitForFunction(() => document.getElementById("steps").textContent.includes("now: slow"),
		null, { timeout: 20000 }).then(() => true, () => false));
	ok("… its output, as it comes", await live.waitForFunction(() => document.querySelector("pre[data-events]").textContent.includes("building slow"),
		null, { timeout: 20000 }).then(() => true, () => false));
	await look(live, "a run while it runs");
	const running = live.url();
	await live.close();
	const plain = await open({ javaScriptEnabled: false });
	await plain.goto(running);
	ok("… without scripts", (await plain.locator("#steps").innerText()).includes("now: slow"));
	await plain.goto(`${base}/run/1.html`);
	ok("without scripts: a run", (await plain.locator("h1").innerText()).startsWith("Run 1"));
} finally {
	await browser.close();
}
console.log(`1..${n}`);
