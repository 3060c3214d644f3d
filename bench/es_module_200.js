// A test of 200 lines as people write them, for the start-up row: what it costs to convert a module that uses most of
// ES2015 to ES2023.
import http from 'k6/http';
import { check, group, sleep } from 'k6';
import { Counter, Rate, Trend } from 'k6/metrics';
import { SharedArray } from 'k6/data';

const BASE = __ENV.URL ?? 'http://127.0.0.1:8080/';
const THINK_TIME = Number(__ENV.THINK_TIME || 0);
const orders = new Counter('orders');
const failures = new Rate('failed_steps');
const basketSize = new Trend('basket_size');

export const options = {
  vus: 1,
  iterations: 1,
  thresholds: {
    failed_steps: ['rate<0.5'],
    http_req_duration: ['p(95)<5000', 'p(99)<9000'],
  },
};

const users = new SharedArray('users', () =>
  Array.from({ length: 20 }, (_, i) => ({ id: i + 1, name: `user-${i + 1}`, premium: i % 5 === 0 })));

class ApiError extends Error {
  constructor(message, { status = 0, path = '' } = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.path = path;
  }
  get retriable() { return this.status === 0 || this.status >= 500; }
}

class Client {
  #token = null;
  static instances = 0;
  retries = 2;

  constructor(base, { headers = {}, ...settings } = {}) {
    this.base = base;
    this.headers = { Accept: 'application/json', ...headers };
    this.settings = settings;
    Client.instances += 1;
  }

  authorize(token) {
    this.#token = token;
    return this;
  }

  url(path, query = {}) {
    const text = Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
      .join('&');
    return `${this.base}${path}${text ? `?${text}` : ''}`;
  }

  request(method, path, { body, query, tags } = {}) {
    const headers = { ...this.headers };
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    for (let attempt = 0; attempt <= this.retries; attempt++) {
      const response = http.request(method, this.url(path, query), body && JSON.stringify(body), { headers, tags });
      if (response.status < 500) return response;
      sleep(0.01 * 2 ** attempt);
    }
    throw new ApiError(`${method} ${path} failed`, { path });
  }

  get(path, options) { return this.request('GET', path, options); }
  post(path, body, options) { return this.request('POST', path, { ...options, body }); }
}

class Basket {
  #lines = new Map();
  #currency;

  constructor(currency = 'EUR') { this.#currency = currency; }

  add({ sku, price, quantity = 1 }) {
    const line = this.#lines.get(sku) ?? { sku, price, quantity: 0 };
    line.quantity += quantity;
    this.#lines.set(sku, line);
    return this;
  }

  remove(sku) { return this.#lines.delete(sku); }

  get size() { return this.#lines.size; }

  get total() {
    let sum = 0;
    for (const { price, quantity } of this.#lines.values()) sum += price * quantity;
    return Math.round(sum * 100) / 100;
  }

  *[Symbol.iterator]() { yield* this.#lines.values(); }

  toJSON() {
    return { currency: this.#currency, total: this.total, lines: [...this] };
  }
}

function* skus(prefix, count) {
  for (let i = 0; i < count; i++) yield `${prefix}-${String(i).padStart(4, '0')}`;
}

const catalogue = [...skus('book', 10), ...skus('tool', 10)].map((sku, index) => ({
  sku,
  price: 5 + (index * 7) % 23,
  tags: index % 2 ? ['sale', 'new'] : [],
}));

const pick = (list, random = Math.random) => list[Math.floor(random() * list.length)];
const sum = (...numbers) => numbers.reduce((a, b) => a + b, 0);
const byPrice = (a, b) => a.price - b.price;
const memo = new WeakMap();

function priceOf(item) {
  if (!memo.has(item)) memo.set(item, { value: item.price * (item.tags?.includes('sale') ? 0.9 : 1) });
  return memo.get(item)?.value ?? 0;
}

const statusIs = (expected) => (response) => response.status === expected;
const isJson = ({ headers }) => /^application\/json/.test(headers['Content-Type'] ?? '');

function step(name, body) {
  return group(name, () => {
    try {
      const result = body();
      failures.add(false);
      return result;
    } catch (error) {
      failures.add(true, { step: name });
      if (!(error instanceof ApiError) || !error.retriable) console.warn(`${name}: ${error?.message ?? error}`);
      return null;
    } finally {
      if (THINK_TIME > 0) sleep(THINK_TIME);
    }
  });
}

async function loadProfile(client, { id, name, premium: isPremium = false }) {
  const response = client.get('', { query: { id, name, trace: undefined }, tags: { step: 'profile' } });
  const ok = check(response, {
    'profile: status is 200': statusIs(200),
    'profile: is JSON': isJson,
  });
  if (!ok) throw new ApiError('no profile', { status: response.status });
  await Promise.resolve();
  return { id, name, isPremium, limits: isPremium ? { items: 10, total: 1_000 } : { items: 3, total: 200 } };
}

function fillBasket(profile) {
  const basket = new Basket();
  const { items: most, total } = profile.limits;
  outer: for (const item of [...catalogue].sort(byPrice)) {
    for (const quantity of [3, 2, 1]) {
      if (basket.total + priceOf(item) * quantity > total) continue;
      basket.add({ ...item, price: priceOf(item), quantity });
      if (basket.size >= most) break outer;
      break;
    }
  }
  return basket;
}

export function setup() {
  const [first, second, ...others] = catalogue;
  return { started: Date.now(), samples: [first, second].map(({ sku }) => sku), others: others.length };
}

export default async function ({ started, samples: [sample] = [], others } = {}) {
  const client = new Client(BASE, { headers: { 'X-Run': `${started}` }, timeout: 5e3 }).authorize('secret');
  const profile = await loadProfile(client, pick(users));
  const basket = step('fill', () => fillBasket(profile));
  if (basket === null) return;
  basketSize.add(basket.size, { premium: String(profile.isPremium) });

  const order = step('order', () => {
    const response = client.post('', { ...basket.toJSON(), sample, others }, { tags: { step: 'order' } });
    check(response, { 'order: accepted': (r) => [200, 201].includes(r.status) });
    return response;
  });
  orders.add(order?.status === 200 ? 1 : 0);

  const [cheap, dear] = [Math.min, Math.max].map((f) => f(...catalogue.map(priceOf)));
  check(sum(cheap, dear), { 'prices make sense': (value) => value > cheap });
}

export const handleSummary = ({ metrics, state: { testRunDurationMs = 0 } = {} }) => {
  const lines = Object.entries(metrics).map(([name, { values = {} }]) =>
    `${name}: ${Object.entries(values).map(([k, v]) => `${k}=${v}`).join(' ')}`);
  return { stdout: `${lines.join('\n')}\n${testRunDurationMs} ms\n` };
};
