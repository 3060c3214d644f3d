// From a request of a collection, or of pm.sendRequest, to one that the engine sends. ES5. The form of requests is that
// of engine/script/collection_request.h.
var http = require('mockarty/http');
var variables = require('jslib:legacy_variables');

var files = [];   // of the collection: {path, data}

function same(value) { return value; }

// What a URL cannot hold is escaped; what is escaped already stays.
function escapeUrl(text) {
  return text.replace(/[^\x21-\x7e]+|["<>`{}|\\^]/g, function (part) {
    try { return encodeURIComponent(part); } catch (error) { return '%EF%BF%BD'; }
  });
}
// A part of a query: its own separators too, unless they are meant.
function escapeQuery(text) {
  return escapeUrl(text).replace(/[#&]/g, function (c) { return c === '#' ? '%23' : '%26'; });
}
function urlOf(spec, fill) {
  var url = fill(spec.url);
  if (spec.query && spec.query.length > 0) {
    url += url.indexOf('?') < 0 ? '?' : '&';
    url += spec.query.map(function (pair) {
      var key = escapeQuery(fill(pair[0])).replace(/=/g, '%3D');
      return pair[1] === null || pair[1] === undefined ? key : key + '=' + escapeQuery(fill(pair[1]));
    }).join('&');
  }
  url = escapeUrl(url.trim());
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : 'http://' + url;
}
function encodeField(text) { return encodeURIComponent(text).replace(/%20/g, '+'); }

function has(headers, name) {
  return Object.keys(headers).some(function (each) { return each.toLowerCase() === name; });
}
function quoteName(text) { return text.replace(/[\r\n"]/g, function (c) { return c === '"' ? '%22' : c === '\r' ? '%0D' : '%0A'; }); }

function fileOf(index) {
  var file = files[index];
  if (!file) { throw new Error('the file of the body is not there'); }
  return file;
}
function nameOf(path) { return path.replace(/^.*[\/\\]/, ''); }

// Text only, so that the order of the fields and the types of parts are kept.
function multipart(fields, headers) {
  var boundary = '----mockarty' + require('mockarty/faker').uuidDigit();
  headers['Content-Type'] = 'multipart/form-data; boundary=' + boundary;
  return fields.map(function (field) {
    return '--' + boundary + '\r\nContent-Disposition: form-data; name="' + quoteName(field[0]) + '"\r\n' +
      (field[2] ? 'Content-Type: ' + field[2].replace(/[\r\n]/g, ' ') + '\r\n' : '') + '\r\n' + field[1] + '\r\n';
  }).join('') + '--' + boundary + '--\r\n';
}
function formOf(fields, headers, fill) {
  var filled = fields.map(function (field) {
    return [fill(field[0]), field[1] === null ? null : fill(variables.show(field[1])), field[2], field[3]];
  });
  Object.keys(headers).forEach(function (name) {
    if (name.toLowerCase() === 'content-type') { delete headers[name]; }  // it has no boundary
  });
  if (filled.every(function (field) { return field[1] !== null; })) { return multipart(filled, headers); }
  var form = {};
  filled.forEach(function (field) {
    var value = field[1];
    if (value === null) {
      var file = fileOf(field[3]);
      value = http.file(file.data, nameOf(file.path), field[2] || 'application/octet-stream');
    }
    if (form[field[0]] === undefined) { form[field[0]] = value; }
    else { form[field[0]] = [].concat(form[field[0]], [value]); }
  });
  return form;
}

// The body for the engine; puts the type that goes with it into the headers.
function bodyFor(body, headers, fill) {
  if (!body) { return null; }
  function type(name) { if (name && !has(headers, 'content-type')) { headers['Content-Type'] = name; } }
  if (body.mode === 'raw') {
    type(body.type);
    return fill(body.text);
  }
  if (body.mode === 'urlencoded') {
    type('application/x-www-form-urlencoded');
    return body.fields.map(function (field) {
      return encodeField(fill(field[0])) + '=' + encodeField(fill(variables.show(field[1])));
    }).join('&');
  }
  if (body.mode === 'formdata') { return formOf(body.fields, headers, fill); }
  if (body.mode === 'file') {
    type('application/octet-stream');
    return fileOf(body.file).data;
  }
  type('application/json');
  var given = body.variables;
  if (typeof given === 'string') {
    given = fill(given);
    if (given.trim() === '') { given = {}; }
    else {
      try { given = JSON.parse(given); } catch (error) { throw new SyntaxError('the variables of the GraphQL body are not valid JSON: ' + given.substring(0, 60)); }
    }
  }
  var query = { query: fill(body.query), variables: given || {} };
  if (body.operation) { query.operationName = fill(body.operation); }
  return JSON.stringify(query);
}

// Puts the credentials where their kind wants them; gives the URL.
function authorize(auth, url, params, fill) {
  var values = {};
  Object.keys(auth.values).forEach(function (name) { values[name] = fill(variables.show(auth.values[name])); });
  var headers = params.headers;
  function header(name, value) { if (!has(headers, name.toLowerCase())) { headers[name] = value; } }
  function query(name, value) {
    return url + (url.indexOf('?') < 0 ? '?' : '&') + encodeURIComponent(name) + '=' + encodeURIComponent(value);
  }
  if (auth.type === 'basic') {
    header('Authorization', 'Basic ' + require('mockarty/encoding').base64Encode((values.username || '') + ':' + (values.password || '')));
  } else if (auth.type === 'bearer') {
    header('Authorization', 'Bearer ' + (values.token || ''));
  } else if (auth.type === 'apikey') {
    if (!values.key) { return url; }
    if (values.in === 'query') { return query(values.key, values.value || ''); }
    header(values.key, values.value || '');
  } else if (auth.type === 'oauth2') {
    if (values.addTokenTo === 'queryParams') { return query('access_token', values.accessToken); }
    header('Authorization', (values.headerPrefix === undefined ? 'Bearer' : values.headerPrefix.trim()) + ' ' + values.accessToken);
  } else if (auth.type === 'digest') {
    params.auth = 'digest';
    return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:[^\/?#]*@)?/i, function (whole, scheme) {
      return scheme + encodeURIComponent(values.username || '') + ':' + encodeURIComponent(values.password || '') + '@';
    });
  }
  return url;
}

// {method, url, headers, body, params}. `name`: of the route; empty: the URL is it.
exports.prepare = function (spec, name) {
  var fill = spec.literal ? same : function (text) { return text.indexOf('{{') < 0 ? text : variables.substitute(text); };
  var headers = {};
  spec.headers.forEach(function (pair) {
    var key = fill(pair[0]);
    var value = fill(variables.show(pair[1]));
    if (/^content-length$/i.test(key)) { return; }  // the engine knows it
    headers[key] = headers[key] === undefined ? value : headers[key] + ', ' + value;
  });
  var params = { headers: headers };
  if (name) { params.tags = { name: name }; }
  if (spec.redirects !== undefined && spec.redirects !== null) { params.redirects = spec.redirects; }
  var url = urlOf(spec, fill);
  var target = spec.auth ? authorize(spec.auth, url, params, fill) : url;
  var body = bodyFor(spec.body, headers, fill);
  return { method: spec.method, url: url, target: target, headers: headers, body: body, params: params };
};
exports.send = function (prepared) { return http.request(prepared.method, prepared.target, prepared.body, prepared.params); };

function pairsOf(list, what) {
  if (list === undefined || list === null) { return []; }
  if (typeof list === 'string') {
    return list.split(/\r?\n/).filter(function (line) { return line.indexOf(':') > 0; }).map(function (line) {
      var colon = line.indexOf(':');
      return [line.substring(0, colon).trim(), line.substring(colon + 1).trim()];
    });
  }
  if (Array.isArray(list.members)) { list = list.members; }
  if (Array.isArray(list)) {
    var pairs = [];
    list.forEach(function (each) {
      if (typeof each === 'string') { pairs = pairs.concat(pairsOf(each, what)); }
      else if (each && !each.disabled && each.key !== undefined) { pairs.push([String(each.key), variables.show(each.value === undefined ? '' : each.value)]); }
    });
    return pairs;
  }
  if (typeof list !== 'object') { throw new TypeError(what + ': expected an object, a list or text, got ' + variables.show(list)); }
  return Object.keys(list).map(function (key) { return [key, variables.show(list[key])]; });
}

// The body of pm.sendRequest: Postman's form, or text.
function bodyOf(body) {
  if (body === undefined || body === null) { return undefined; }
  if (typeof body === 'string') { return { mode: 'raw', text: body, type: 'text/plain' }; }
  var mode = body.mode;
  if (mode === 'raw') {
    var language = body.options && body.options.raw && body.options.raw.language;
    return { mode: 'raw', text: variables.show(body.raw), type: language === 'json' ? 'application/json' : 'text/plain' };
  }
  if (mode === 'urlencoded') { return { mode: mode, fields: pairsOf(body.urlencoded, 'body.urlencoded') }; }
  if (mode === 'formdata') { return { mode: mode, fields: pairsOf(body.formdata, 'body.formdata') }; }
  if (mode === 'graphql') {
    var graphql = body.graphql || {};
    return { mode: mode, query: String(graphql.query || ''), variables: graphql.variables, operation: graphql.operationName };
  }
  throw new TypeError('pm.sendRequest: body.mode: expected raw, urlencoded, formdata or graphql, got ' + variables.show(mode));
}
exports.bodyOf = bodyOf;

function authOf(auth) {
  if (!auth || !auth.type || auth.type === 'noauth') { return undefined; }
  var values = {};
  pairsOf(auth[auth.type], 'auth').forEach(function (pair) { values[pair[0]] = pair[1]; });
  return { type: auth.type, values: values };
}

// What pm.sendRequest takes.
exports.specOf = function (given) {
  if (typeof given === 'string') { return { method: 'GET', url: given, headers: [] }; }
  if (given === null || typeof given !== 'object') {
    throw new TypeError('pm.sendRequest: expected a URL or a request, got ' + variables.show(given));
  }
  if (given.toSpec) { return given.toSpec(); }
  if (given.url === undefined || given.url === null) { throw new TypeError('pm.sendRequest: url: expected text, there is none'); }
  var url = typeof given.url === 'object' && typeof given.url.raw === 'string' ? given.url.raw : String(given.url);
  return {
    method: String(given.method || 'GET').toUpperCase(),
    url: url,
    headers: pairsOf(given.header || given.headers, 'header'),
    body: bodyOf(given.body),
    auth: authOf(given.auth)
  };
};
exports.setFiles = function (list) { files = list; };
