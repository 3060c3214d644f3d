// What a regular expression makes of a text, as plain data; the same code runs in Node.js and here.
const orNull = (value) => (value === undefined ? null : value);

export function outcome(pattern, flags, text, from) {
  const regexp = new RegExp(pattern, flags);
  regexp.lastIndex = from;
  const match = regexp.exec(text);
  const exec = match && {
    index: match.index,
    captures: [...match].map(orNull),
    groups: match.groups ? Object.entries(match.groups).map(([name, value]) => [name, orNull(value)]) : null,
    indices: match.indices ? [...match.indices].map(orNull) : null,
  };
  return {
    exec: { match: exec, lastIndex: regexp.lastIndex },
    replaced: text.replace(new RegExp(pattern, flags.replace('y', '')), '[$&|$1|$`]'),
    matches: text.match(new RegExp(pattern, `${flags.replace(/[gy]/g, '')}g`)),
    all: [...text.matchAll(new RegExp(pattern, flags.replace(/[gy]/g, '') + 'g'))].map((one) => [one.index, one[0]]),
    found: text.search(regexp),
    split: text.split(new RegExp(pattern, flags.replace(/[gy]/g, ''))).map(orNull),
  };
}
