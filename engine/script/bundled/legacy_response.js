// pm.response and pm.request, and the lists they are made of. ES5.
var variables = require('jslib:legacy_variables');

// A list of {key, value}, found by name; names of headers whatever their case.
function PropertyList(pairs, anyCase) {
  this.members = pairs.map(function (pair) { return { key: String(pair[0]), value: pair[1] }; });
  this.anyCase = anyCase === true;
}
var list = PropertyList.prototype;
list.find = function (name) {
  if (typeof name === 'function') { return this.members.filter(name)[0]; }
  name = String(name);
  var wanted = this.anyCase ? name.toLowerCase() : name;
  for (var i = 0; i < this.members.length; ++i) {
    var key = this.members[i].key;
    if (key === name || (this.anyCase && key.toLowerCase() === wanted)) { return this.members[i]; }
  }
  return undefined;
};
list.one = list.find;
list.get = function (name) { var found = this.find(name); return found && found.value; };
list.has = function (name, value) {
  var found = this.find(name);
  return found !== undefined && (arguments.length < 2 || found.value === value);
};
list.all = function () { return this.members.slice(); };
list.each = function (visit) { this.members.forEach(function (each) { visit(each); }); };
list.forEach = list.each;
list.map = function (visit) { return this.members.map(function (each) { return visit(each); }); };
list.filter = function (keep) { return this.members.filter(function (each) { return keep(each); }); };
list.count = function () { return this.members.length; };
list.idx = function (i) { return this.members[i]; };
list.add = function (entry) {
  var pair = entryOf(entry);
  this.members.push({ key: pair[0], value: pair[1] });
};
list.append = list.add;
list.upsert = function (entry) {
  var pair = entryOf(entry);
  var found = this.find(pair[0]);
  if (found) { found.value = pair[1]; } else { this.add(entry); }
};
list.update = list.upsert;
list.remove = function (name) {
  var self = this;
  this.members = this.members.filter(function (each) {
    return typeof name === 'function' ? !name(each) : each !== name && each.key !== name &&
      !(self.anyCase && each.key.toLowerCase() === String(name).toLowerCase());
  });
};
list.clear = function () { this.members = []; };
list.toObject = function () {
  var object = {};
  this.members.forEach(function (each) { object[each.key] = each.value; });
  return object;
};
list.toJSON = list.all;
list.toString = function () {
  return this.members.map(function (each) { return each.key + ': ' + each.value; }).join('\n');
};
list.pairs = function () {
  return this.members.filter(function (each) { return !each.disabled; })
    .map(function (each) { return [each.key, each.value]; });
};
function entryOf(entry) {
  if (typeof entry === 'string') {
    var colon = entry.indexOf(':');
    return colon < 0 ? [entry, ''] : [entry.substring(0, colon).trim(), entry.substring(colon + 1).trim()];
  }
  if (entry === null || typeof entry !== 'object' || entry.key === undefined) {
    throw new TypeError('expected {key, value} or "key: value", got ' + variables.show(entry));
  }
  return [String(entry.key), entry.value === undefined || entry.value === null ? '' : variables.show(entry.value)];
}

function utf8Length(text) {
  var bytes = 0;
  for (var i = 0; i < text.length; ++i) {
    var c = text.charCodeAt(i);
    bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c >= 0xd800 && c < 0xe000 ? 2 : 3;
  }
  return bytes;
}

// Over the engine's Response; everything is looked up when it is asked for.
function Response(raw) { this.raw = raw; }
function lazy(name, get) { Object.defineProperty(Response.prototype, name, { configurable: true, enumerable: true, get: get }); }
Object.defineProperty(Response.prototype, 'isPostmanResponse', { value: true });
lazy('code', function () { return this.raw.status; });
lazy('status', function () { return String(this.raw.status_text || '').replace(/^\d+ ?/, ''); });
lazy('headers', function () {
  var headers = this.raw.headers;
  var made = new PropertyList(Object.keys(headers).map(function (name) { return [name, headers[name]]; }), true);
  Object.defineProperty(this, 'headers', { value: made });
  return made;
});
lazy('cookies', function () {
  var cookies = this.raw.cookies;
  var pairs = [];
  Object.keys(cookies).forEach(function (name) {
    cookies[name].forEach(function (cookie) { pairs.push([name, cookie.value]); });
  });
  return new PropertyList(pairs);
});
lazy('responseTime', function () { return Math.round(this.raw.timings.duration); });
lazy('responseSize', function () { return this.size().body; });
lazy('to', function () { return new (require('jslib:expect').Assertion)(this); });
lazy('error', function () { return this.raw.error || undefined; });
Response.prototype.reason = function () { return this.status; };
Response.prototype.text = function () {
  var body = this.raw.body;
  return typeof body === 'string' ? body : body === null || body === undefined ? '' : new TextDecoder().decode(body);
};
Response.prototype.json = function () {
  var text = this.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError('the response is not valid JSON: ' + variables.show(text.substring(0, 60)));
  }
};
Response.prototype.size = function () {
  var body = this.raw.body;
  var bytes = typeof body === 'string' ? utf8Length(body) : body ? body.byteLength : 0;
  var header = utf8Length(this.headers.toString());
  return { body: bytes, header: header, total: bytes + header };
};
Object.defineProperty(Response.prototype, 'stream', { get: function () { return this.raw.body; } });
Response.prototype.toJSON = function () {
  return { code: this.code, status: this.status, header: this.headers.all(), body: this.text(), responseTime: this.responseTime };
};

// 'http://host:80/a?b=c' in its parts; templates stay what they are.
function Url(text, query) {
  var mark = text.indexOf('?');
  this.base = mark < 0 ? text : text.substring(0, mark);
  this.query = new PropertyList(query || (mark < 0 ? [] : text.substring(mark + 1).split('&').map(function (part) {
    var equals = part.indexOf('=');
    return equals < 0 ? [part, null] : [part.substring(0, equals), part.substring(equals + 1)];
  })));
}
Url.prototype.getQueryString = function () {
  return this.query.pairs().map(function (pair) {
    return pair[1] === null || pair[1] === undefined ? pair[0] : pair[0] + '=' + pair[1];
  }).join('&');
};
Url.prototype.toString = function () {
  var query = this.getQueryString();
  return query === '' ? this.base : this.base + '?' + query;
};
Url.prototype.toJSON = Url.prototype.toString;
Url.prototype.parts = function () { return /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^\/]*)(.*)$/i.exec(this.base) || []; };
Url.prototype.getHost = function () { return (this.parts()[2] || '').replace(/^.*@/, '').replace(/:\d+$/, ''); };
Url.prototype.getRemote = function () { return (this.parts()[2] || '').replace(/^.*@/, ''); };
Url.prototype.getPath = function () { return this.parts()[3] || '/'; };
Url.prototype.getPathWithQuery = function () {
  var query = this.getQueryString();
  return this.getPath() + (query === '' ? '' : '?' + query);
};
Url.prototype.addQueryParams = function (params) {
  var query = this.query;
  if (typeof params === 'string') { new Url('?' + params).query.each(function (each) { query.add(each); }); }
  else { [].concat(params).forEach(function (each) { query.add(each); }); }
};
Url.prototype.removeQueryParams = function (names) {
  var query = this.query;
  [].concat(names).forEach(function (each) { query.remove(each && each.key !== undefined ? each.key : each); });
};
Url.prototype.update = function (text) { Url.call(this, String(text)); };
['host', 'path', 'protocol'].forEach(function (name) {
  Object.defineProperty(Url.prototype, name, {
    get: function () {
      if (name === 'protocol') { return this.parts()[1]; }
      return name === 'host' ? this.getHost().split('.') : this.getPath().split('/').slice(1);
    }
  });
});

function Body(body) {
  this.mode = body ? body.mode : undefined;
  this.original = body;
  if (!body) { return; }
  if (body.mode === 'raw') { this.raw = body.text; }
  if (body.mode === 'urlencoded') { this.urlencoded = new PropertyList(body.fields); }
  if (body.mode === 'formdata') { this.formdata = new PropertyList(body.fields.filter(function (each) { return each[1] !== null; })); }
  if (body.mode === 'graphql') { this.graphql = { query: body.query, variables: body.variables, operationName: body.operation }; }
}
Body.prototype.update = function (body) {
  if (typeof body === 'string') { this.mode = 'raw'; this.raw = body; this.original = null; return; }
  Body.call(this, require('jslib:legacy_request').bodyOf(body));
};
Body.prototype.isEmpty = function () { return this.mode === undefined || this.toString() === ''; };
Body.prototype.toString = function () {
  if (this.mode === 'raw') { return this.raw; }
  if (this.mode === 'urlencoded') { return new Url('?', this.urlencoded.pairs()).getQueryString(); }
  return this.mode === 'graphql' ? JSON.stringify(this.graphql) : '';
};
Body.prototype.toSpec = function () {
  if (this.mode === undefined) { return undefined; }
  if (this.mode === 'raw') { return { mode: 'raw', text: variables.show(this.raw), type: (this.original && this.original.type) || 'text/plain' }; }
  if (this.mode === 'urlencoded') { return { mode: 'urlencoded', fields: this.urlencoded.pairs() }; }
  if (this.mode === 'formdata') {
    var files = this.original ? this.original.fields.filter(function (each) { return each[1] === null; }) : [];
    return { mode: 'formdata', fields: this.formdata.pairs().concat(files) };
  }
  if (this.mode === 'graphql') {
    return { mode: 'graphql', query: this.graphql.query, variables: this.graphql.variables, operation: this.graphql.operationName };
  }
  return this.original;
};

// What scripts may change before it is sent.
function Request(spec) {
  this.spec = spec;
  this.method = spec.method;
  this.headers = new PropertyList(spec.headers, true);
  this.body = new Body(spec.body);
  this.auth = spec.auth ? { type: spec.auth.type } : undefined;
  var url = new Url(spec.url, spec.query);
  Object.defineProperty(this, 'url', {
    enumerable: true,
    get: function () { return url; },
    set: function (value) { url = value instanceof Url ? value : new Url(String(value)); }
  });
}
Request.prototype.addHeader = function (header) { this.headers.add(header); };
Request.prototype.upsertHeader = function (header) { this.headers.upsert(header); };
Request.prototype.removeHeader = function (name) { this.headers.remove(name); };
Request.prototype.getHeaders = function () { return this.headers.toObject(); };
Request.prototype.addQueryParams = function (params) { this.url.addQueryParams(params); };
Request.prototype.removeQueryParams = function (params) { this.url.removeQueryParams(params); };
Request.prototype.toJSON = function () {
  return { method: this.method, url: this.url.toString(), header: this.headers.all(), body: this.body.toSpec() };
};
Request.prototype.toSpec = function () {
  return {
    method: this.method, url: this.url.base, query: this.url.query.pairs(), headers: this.headers.pairs(),
    body: this.body.toSpec(), auth: this.spec.auth, redirects: this.spec.redirects, literal: this.spec.literal
  };
};

exports.PropertyList = PropertyList;
exports.Response = Response;
exports.Request = Request;
exports.Url = Url;
