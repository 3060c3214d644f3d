// Helpers under the name of k6's k6-utils: the functions that scripts use, written anew.
const execution = () => require('k6/execution').default;

export function randomIntBetween(min, max) {
  return Math.floor(Math.random() * (max - min + 1) + min);
}

export function randomItem(list) {
  return list[Math.floor(Math.random() * list.length)];
}

export function randomString(length, charset = 'abcdefghijklmnopqrstuvwxyz') {
  let text = '';
  for (let i = 0; i < length; i++) text += charset[Math.floor(Math.random() * charset.length)];
  return text;
}

export function uuidv4() {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (c) => {
    const random = Math.floor(Math.random() * 16);
    return (c === 'x' ? random : (random & 3) | 8).toString(16);
  });
}

// What stands between two texts: the first, or all with `repeat`.
export function findBetween(content, left, right, repeat = false) {
  const found = [];
  for (let start = 0; ;) {
    const from = content.indexOf(left, start);
    const to = from === -1 ? -1 : content.indexOf(right, from + left.length);
    if (to === -1) break;
    found.push(content.slice(from + left.length, to));
    if (!repeat) return found[0];
    start = to + right.length;
  }
  return repeat ? found : null;
}

// Stages whose targets follow a bell: `maxVus` at the peak, after a third of the time.
export function normalDistributionStages(maxVus, durationSeconds, stages = 10) {
  const height = (x) => Math.exp((-0.5 * (x * x)) / 1);
  const result = [];
  const step = durationSeconds / (stages + 2);
  for (let i = 0; i <= stages + 1; i++) {
    const x = -2 + (4 * i) / (stages + 1);
    result.push({ duration: `${Math.max(1, Math.round(step))}s`, target: Math.round(maxVus * height(x)) });
  }
  result[result.length - 1].target = 0;
  return result;
}

export function parseDuration(text) {
  if (text === '') throw new Error('str is empty');
  const units = { d: 86400000, h: 3600000, m: 60000, s: 1000, ms: 1, us: 0.001, ns: 0.000001 };
  let total = 0;
  const rest = String(text).replace(/(\d+(?:\.\d+)?)(ms|us|ns|d|h|m|s)?/g, (part, number, unit) => {
    total += Number(number) * (unit === undefined ? 1 : units[unit]);
    return '';
  });
  if (rest !== '') throw new Error(`invalid duration ${text}`);
  return total;
}

function stagesOfScenario() {
  const exec = execution();
  const scenario = exec.scenario;
  const options = exec.test.options.scenarios[scenario.name];
  if (!options || !options.stages) throw new Error(`only ramping-vus or ramping-arrival-rate support stages, scenario '${scenario.name}' has none`);
  return { options, scenario };
}

export function getCurrentStageIndex() {
  const { options, scenario } = stagesOfScenario();
  let end = 0;
  for (let i = 0; i < options.stages.length; i++) {
    end += parseDuration(options.stages[i].duration);
    if (Date.now() - scenario.startTime < end) return i;
  }
  return options.stages.length - 1;
}

export function tagWithCurrentStageIndex() {
  execution().vu.tags.stage = getCurrentStageIndex();
}

export function tagWithCurrentStageProfile() {
  const { options } = stagesOfScenario();
  const index = getCurrentStageIndex();
  const before = index === 0 ? options.startVUs || options.startRate || 0 : options.stages[index - 1].target;
  const { target } = options.stages[index];
  execution().vu.tags.stage_profile = target > before ? 'ramp-up' : target < before ? 'ramp-down' : 'steady';
}
