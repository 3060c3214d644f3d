// textSummary and jUnit for handleSummary, under the name of k6's k6-summary; written anew.
const UNITS = { s: [0.001, 's'], ms: [1, 'ms'], us: [1000, 'µs'] };

function bytes(value) {
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  let i = 0;
  while (Math.abs(value) >= 1000 && i < names.length - 1) { value /= 1000; i += 1; }
  return `${i === 0 ? value : value.toFixed(1)} ${names[i]}`;
}

function duration(value, unit) {
  if (UNITS[unit]) return `${(value * UNITS[unit][0]).toFixed(2)}${UNITS[unit][1]}`;
  if (value === 0) return '0s';
  if (value < 0.001) return `${Math.round(value * 1000000)}ns`;
  if (value < 1) return `${(value * 1000).toFixed(2)}µs`;
  if (value < 1000) return `${value.toFixed(2)}ms`;
  if (value < 60000) return `${(value / 1000).toFixed(2)}s`;
  return `${Math.floor(value / 60000)}m${Math.round((value % 60000) / 1000)}s`;
}

export function humanizeValue(value, metric, timeUnit) {
  if (metric.type === 'rate') return `${(Math.trunc(value * 10000) / 100).toFixed(2)}%`;
  if (metric.contains === 'data') return bytes(value);
  if (metric.contains === 'time') return duration(value, timeUnit);
  return Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/0+$/, '');
}

function valuesOf(metric, timeUnit, trendStats) {
  const { values } = metric;
  switch (metric.type) {
    case 'counter':
      return [humanizeValue(values.count, metric, timeUnit), `${humanizeValue(values.rate, metric, timeUnit)}/s`];
    case 'gauge':
      return [humanizeValue(values.value, metric, timeUnit), `min=${humanizeValue(values.min, metric, timeUnit)}`,
        `max=${humanizeValue(values.max, metric, timeUnit)}`];
    case 'rate':
      return [humanizeValue(values.rate, metric, timeUnit), `${values.passes} out of ${values.passes + values.fails}`];
    default:
      return (trendStats || Object.keys(values)).filter((name) => name in values)
        .map((name) => `${name}=${name === 'count' ? values[name] : humanizeValue(values[name], metric, timeUnit)}`);
  }
}

function failed(metric) {
  return Object.values(metric.thresholds || {}).some((threshold) => !threshold.ok);
}

function groupLines(group, indent, lines) {
  if (group.name) lines.push(`${indent}█ ${group.name}`, '');
  const inner = group.name ? `${indent}  ` : indent;
  const checks = group.checks || [];
  checks.forEach((check) => {
    const total = check.passes + check.fails;
    lines.push(`${inner}${check.fails === 0 ? '✓' : '✗'} ${check.name}`);
    if (check.fails > 0) {
      lines.push(`${inner} ↳  ${Math.floor((100 * check.passes) / total)}% — ✓ ${check.passes} / ✗ ${check.fails}`);
    }
  });
  if (checks.length > 0) lines.push('');
  (group.groups || []).forEach((each) => groupLines(each, inner, lines));
}

export function textSummary(data, options = {}) {
  const indent = options.indent === undefined ? ' ' : options.indent;
  const settings = data.options || {};
  const timeUnit = options.summaryTimeUnit || settings.summaryTimeUnit;
  const stats = options.summaryTrendStats || settings.summaryTrendStats;
  const lines = [];
  if (data.root_group) groupLines(data.root_group, `${indent}    `, lines);
  const names = Object.keys(data.metrics).sort();
  const width = names.reduce((longest, name) => Math.max(longest, name.length), 0) + 3;
  names.forEach((name) => {
    const metric = data.metrics[name];
    const mark = Object.keys(metric.thresholds || {}).length === 0 ? ' ' : failed(metric) ? '✗' : '✓';
    const sub = /\{/.test(name);
    const shown = sub ? `  ${name.slice(name.indexOf('{'))}` : name;
    lines.push(`${indent}  ${mark} ${`${shown}`.padEnd(width, '.')}: ${valuesOf(metric, timeUnit, stats).join(' ')}`);
  });
  return `${lines.join('\n')}\n`;
}

function xml(text) {
  return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

export function jUnit(data, options = {}) {
  const cases = [];
  let failures = 0;
  Object.keys(data.metrics).forEach((name) => {
    const thresholds = data.metrics[name].thresholds || {};
    Object.keys(thresholds).forEach((expression) => {
      const head = `    <testcase name="${xml(name)} - ${xml(expression)}"`;
      if (thresholds[expression].ok) {
        cases.push(`${head} />`);
      } else {
        failures += 1;
        cases.push(`${head}><failure message="failed" /></testcase>`);
      }
    });
  });
  const title = xml(options.name || 'k6 thresholds');
  return `<?xml version="1.0"?>\n<testsuites tests="${cases.length}" failures="${failures}">\n` +
    `  <testsuite name="${title}" tests="${cases.length}" failures="${failures}">\n${cases.join('\n')}\n` +
    '  </testsuite>\n</testsuites>';
}
