// Opens pages in a headless Chromium, wide and light, then narrow and dark: no message in the console, nothing that axe-core
// objects to, and no page that is wider than its screen. Screenshots go beside the pages.
import fs from "node:fs";
import { chromium } from "playwright-core";
import packed from "@sparticuz/chromium";

const axe = fs.readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const views = [
  { width: 1280, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
];
const faults = [];
const browser = await chromium.launch({
  executablePath: await packed.executablePath(),
  args: ["--no-sandbox"],
});
for (const file of process.argv.slice(2)) {
  for (const { width, colorScheme } of views) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const told = (what) => faults.push(`${file} at ${width}: ${what}`);
    page.on("console", (message) => told(message.text()));
    page.on("pageerror", (error) => told(error.message));
    await page.goto(`file://${fs.realpathSync(file)}`);
    const [widest, length] = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth, scrollHeight];
    });
    // The pictures are for people: nothing is checked in them, and a browser without a graphics card may fail to draw one.
    const clip = { x: 0, y: 0, width, height: Math.min(length, 8000) };
    const picture = page.screenshot({ path: `${file}.${width}.png`, fullPage: true, clip });
    await picture.catch((error) => console.error(`${file} at ${width}: no picture: ${error.message}`));
    if (widest > width) told(`${widest} pixels wide`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, help, nodes } of violations) told(`${id}: ${help}: ${nodes[0].html}`);
    await page.close();
  }
}
await browser.close();
console.log(`${process.argv.length - 2} pages, ${faults.length} faults`);
faults.forEach((fault) => console.error(fault));
process.exitCode = faults.length > 0 ? 1 : 0;
