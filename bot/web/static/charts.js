// Draws every <figure data-chart="KIND" data-source="#id"> from its JSON block.
//
// KIND bar (lying), column, line, funnel: {labels, series: [{name, values, barrier?}], barriers?, unit?}
//   barriers: one per label, colours the single series. unit: "percent" (values 0 to 1) or "number". null = unknown.
// KIND heatmap: {rows, columns, values: [[...] per row], unit?}
// Colours come from the style sheet (--b-<barrier>, --accent, ...), so both themes have one source.

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const language = `${document.documentElement.lang || "en"}-u-nu-latn`;
const SERIES = ["--accent", "--b-approval", "--b-fit", "--b-quality", "--b-bought_elsewhere", "--b-timing"];

export const barrierColour = (barrier) => style(`--b-${barrier}`);

function formatter(unit) {
  const options = unit === "percent" ? { style: "percent", maximumFractionDigits: 1 } : { maximumFractionDigits: 2 };
  const format = new Intl.NumberFormat(language, options);
  return (value) => (Number.isFinite(value) ? format.format(value) : "–");
}

// What a screen reader says of the picture. ECharts' own sentence counts from 0 and calls a gap NaN.
function describe(data) {
  const say = formatter(data.unit);
  const list = (names, numbers) => names.map((name, at) => `${name} ${say(numbers[at])}`).join(", ");
  const rows = data.rows?.map((name, at) => [name, list(data.columns, data.values[at])])
    ?? data.series.map((one) => [one.name, list(data.labels, one.values)]);
  return rows.map(([name, words]) => `${name}: ${words}`).join(". ");
}

function common(data) {
  const family = getComputedStyle(document.body).fontFamily;
  const text = { color: style("--ink-2"), fontFamily: family, fontSize: 13 };
  return {
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    textStyle: text,
    aria: { enabled: true, label: { description: describe(data) } },
    tooltip: {
      trigger: "item", confine: true, backgroundColor: style("--surface"), borderColor: style("--line"),
      textStyle: { ...text, color: style("--ink") }, valueFormatter: formatter(data.unit), extraCssText: "box-shadow:none",
    },
  };
}

const label = () => ({ color: style("--ink-2"), fontSize: 13, fontFamily: getComputedStyle(document.body).fontFamily });
const categories = (data, extra) => ({
  type: "category", data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: style("--line-2") } },
  axisLabel: { ...label(), hideOverlap: true, ...extra },
});
// People and messages are whole: no line of the grid stands between two of them.
const isWhole = (data) => data.unit !== "percent" && data.series.every((one) => one.values.every((value) => value === null || Number.isInteger(value)));
const values = (data) => ({
  type: "value", minInterval: isWhole(data) ? 1 : 0, axisLabel: { ...label(), formatter: formatter(data.unit), hideOverlap: true },
  splitLine: { lineStyle: { color: style("--line") } }, splitNumber: 4,
});
const colourOf = (one, index) => (one.barrier ? barrierColour(one.barrier) : style(SERIES[index % SERIES.length]));
const legend = (data) => ({ show: data.series.length > 1, top: 0, left: 0, icon: "roundRect", itemWidth: 14, itemHeight: 10, textStyle: label() });

// How many lines the names of the series take above the plot, which begins below the last of them.
function legendLines(data, plot) {
  if (data.series.length < 2) return 0;
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `13px ${getComputedStyle(document.body).fontFamily}`;
  let [lines, used] = [1, 0];
  for (const one of data.series) {
    const width = pen.measureText(one.name).width + 30;
    if (used && used + width > plot.clientWidth) [lines, used] = [lines + 1, 0];
    used += width;
  }
  return lines;
}
const grid = (data, plot) => ({ left: 4, right: 16, top: 12 + 24 * legendLines(data, plot), bottom: 4, outerBoundsMode: "same" });

function bars(data, plot, lying) {
  const series = data.series.map((one, index) => ({
    type: "bar", name: one.name, barMaxWidth: lying ? 18 : 36, barGap: "15%",
    itemStyle: { color: colourOf(one, index), borderRadius: lying ? [0, 5, 5, 0] : [5, 5, 0, 0] },
    data: one.values.map((value, at) => (data.barriers && data.series.length === 1
      ? { value, itemStyle: { color: barrierColour(data.barriers[at]) } } : value)),
  }));
  const [x, y] = lying ? [values(data), { ...categories(data), inverse: true }] : [categories(data), values(data)];
  return { ...common(data), legend: legend(data), grid: grid(data, plot), xAxis: x, yAxis: y, series };
}

function lines(data, plot) {
  const series = data.series.map((one, index) => ({
    type: "line", name: one.name, data: one.values, symbol: "circle", symbolSize: 6, showSymbol: one.values.length < 32,
    lineStyle: { width: 2.5, type: ["solid", "dashed", "dotted"][Math.floor(index / 2) % 3] }, itemStyle: { color: colourOf(one, index) }, connectNulls: false,
  }));
  const base = common(data);
  return { ...base, tooltip: { ...base.tooltip, trigger: "axis" }, legend: legend(data), grid: grid(data, plot), xAxis: { ...categories(data), boundaryGap: false }, yAxis: values(data), series };
}

// A funnel as bars from one line: lengths compare honestly, and each step tells its share of the one before.
function funnel(data, plot) {
  const [say, share] = [formatter(data.unit), formatter("percent")];
  const steps = data.series[0].values;
  const words = (at) => (at && steps[at - 1] ? `${say(steps[at])}  (${share(steps[at] / steps[at - 1])})` : say(steps[at]));
  const base = bars(data, plot, true);
  const [series] = base.series;
  return { ...base, grid: { ...base.grid, right: 96 }, xAxis: { ...base.xAxis, show: false },
    series: [{ ...series, barMaxWidth: 28, label: { ...label(), show: true, position: "right", color: style("--ink"), formatter: (one) => words(one.dataIndex) } }] };
}

// Every name is readable: upright and broken into lines where the columns are wide enough, else the grid is turned.
function heatmap(data, plot) {
  const roomy = plot.clientWidth - 140 >= data.columns.length * 64;
  const [rows, columns] = roomy ? [data.rows, data.columns] : [data.columns, data.rows];
  const at = (y, x) => (roomy ? data.values[y][x] : data.values[x][y]);
  const most = Math.max(0, ...data.values.flat().filter((value) => value !== null));
  const cells = rows.flatMap((_, y) => columns.map((_, x) => ({
    value: [x, y, at(y, x) ?? "-"], label: { color: style(at(y, x) > most / 2 ? "--accent-ink" : "--ink") },
  })));
  const say = formatter(data.unit);
  const wide = Math.max(48, (plot.clientWidth - 150) / columns.length - 8);
  const below = { hideOverlap: false, interval: 0, width: wide, overflow: roomy ? "break" : "truncate", rotate: roomy || wide >= 84 ? 0 : 50 };
  plot.style.blockSize = `${rows.length * 30 + (below.rotate ? 110 : 64)}px`;
  return { ...common(data), grid: { left: 4, right: 4, top: 4, bottom: 4, outerBoundsMode: "same" },
    xAxis: categories({ labels: columns }, below.rotate ? { ...below, width: 96 } : below),
    yAxis: { ...categories({ labels: rows }, { interval: 0, width: 132, overflow: "truncate" }), inverse: true },
    visualMap: { show: false, min: 0, max: most || 1, inRange: { color: [style("--sunken"), style("--accent")] } },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: style("--surface"), borderWidth: 2, borderRadius: 4 },
      label: { show: true, fontSize: 12, formatter: (one) => say(one.value[2]) } }] };
}

const KINDS = { bar: (data, plot) => bars(data, plot, true), column: (data, plot) => bars(data, plot, false), line: lines, funnel, heatmap };

function draw(figure) {
  const source = document.querySelector(figure.dataset.source);
  const plot = figure.querySelector("[data-plot]");
  const kind = KINDS[figure.dataset.chart];
  if (!source || !plot || !kind) return;
  const option = kind(JSON.parse(source.textContent), plot);
  const chart = echarts.getInstanceByDom(plot) ?? echarts.init(plot, null, { renderer: "svg" });
  chart.setOption(option, true);
  chart.resize();
  plot.setAttribute("dir", "ltr");
}

export function drawAll(root = document) {
  for (const figure of root.querySelectorAll("figure[data-chart]")) {
    if (!figure.dataset.drawn) {
      figure.dataset.drawn = "yes";
      new ResizeObserver(() => echarts.getInstanceByDom(figure.querySelector("[data-plot]"))?.resize()).observe(figure);
    }
    draw(figure);
  }
}

for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
  matchMedia(query).addEventListener("change", () => drawAll());
}
document.addEventListener("htmx:load", (event) => drawAll(event.target));
drawAll();
