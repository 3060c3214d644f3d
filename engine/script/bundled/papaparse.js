// parse and unparse of CSV under the name of papaparse, for texts: the options header, delimiter, quoteChar,
// skipEmptyLines, dynamicTyping, comments, newline, preview and transform; written anew.
const GUESSES = [',', '\t', '|', ';'];

function guessDelimiter(text) {
  const line = text.split(/\r\n|\n|\r/, 1)[0];
  return GUESSES.reduce((best, each) => (line.split(each).length > line.split(best).length ? each : best));
}

function typed(value) {
  if (value === 'true' || value === 'TRUE') return true;
  if (value === 'false' || value === 'FALSE') return false;
  if (/^\s*-?(\d+\.?|\.\d+|\d+\.\d+)([eE][-+]?\d+)?\s*$/.test(value)) return Number(value);
  return value === '' ? null : value;
}

function rowsOf(text, delimiter, quote, errors) {
  const rows = [];
  let row = [];
  let at = 0;
  for (;;) {
    let field = '';
    if (text[at] === quote) {
      at += 1;
      for (;;) {
        const end = text.indexOf(quote, at);
        if (end === -1) {
          errors.push({ type: 'Quotes', code: 'MissingQuotes', message: 'Quoted field unterminated', row: rows.length });
          field += text.slice(at);
          at = text.length;
          break;
        }
        field += text.slice(at, end);
        at = end + 1;
        if (text[at] !== quote) break;
        field += quote;
        at += 1;
      }
    }
    let end = at;
    while (end < text.length && text[end] !== '\n' && text[end] !== '\r' && !text.startsWith(delimiter, end)) end += 1;
    row.push(field + text.slice(at, end));
    at = end;
    if (at < text.length && text.startsWith(delimiter, at)) {
      at += delimiter.length;
      continue;
    }
    rows.push(row);
    row = [];
    if (at >= text.length) return rows;
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
}

export function parse(input, options = {}) {
  const text = String(input).replace(/^\ufeff/, '');
  const delimiter = options.delimiter || guessDelimiter(text);
  const errors = [];
  let rows = rowsOf(text, delimiter, options.quoteChar || '"', errors);
  const empty = (row) => row.length === 1 && (options.skipEmptyLines === 'greedy' ? row[0].trim() : row[0]) === '';
  if (options.skipEmptyLines) rows = rows.filter((row) => !empty(row));
  if (options.comments) rows = rows.filter((row) => !row[0].startsWith(options.comments === true ? '#' : options.comments));
  const fields = options.header ? (rows.shift() || []).map((name) => (options.transformHeader ? options.transformHeader(name) : name)) : undefined;
  if (options.preview > 0) rows = rows.slice(0, options.preview);
  const cell = (value, key) => {
    const own = options.transform ? options.transform(value, key) : value;
    const typing = typeof options.dynamicTyping === 'object' ? options.dynamicTyping[key] : options.dynamicTyping;
    return typing && typeof own === 'string' ? typed(own) : own;
  };
  const data = rows.map((row, index) => {
    if (!fields) return row.map(cell);
    const object = {};
    row.forEach((value, i) => {
      if (i < fields.length) object[fields[i]] = cell(value, fields[i]);
      else (object.__parsed_extra = object.__parsed_extra || []).push(value);
    });
    if (row.length !== fields.length) {
      errors.push({ type: 'FieldMismatch', code: row.length < fields.length ? 'TooFewFields' : 'TooManyFields',
        message: `expected ${fields.length} fields but parsed ${row.length}`, row: index });
    }
    return object;
  });
  const linebreak = (/\r\n|\n|\r/.exec(text) || ['\n'])[0];
  return { data, errors, meta: { delimiter, linebreak, aborted: false, truncated: false, fields } };
}

export function unparse(input, options = {}) {
  const delimiter = options.delimiter || ',';
  const rows = Array.isArray(input) ? input : input.data;
  const fields = input.fields || (rows.length > 0 && !Array.isArray(rows[0]) ? Object.keys(rows[0]) : undefined);
  const quote = (value) => {
    const text = value === null || value === undefined ? '' : String(value);
    return options.quotes || /["\r\n]|^\s|\s$/.test(text) || text.includes(delimiter) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  const lines = rows.map((row) => (Array.isArray(row) ? row : fields.map((name) => row[name])).map(quote).join(delimiter));
  if (fields && options.header !== false) lines.unshift(fields.map(quote).join(delimiter));
  return lines.join(options.newline || '\r\n');
}

export default { parse, unparse };
