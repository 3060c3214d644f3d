// Httpx: requests with a common base address, headers and tags, under the name of k6's httpx; written anew.
import http from 'k6/http';

export class Httpx {
  constructor(options = {}) {
    this.baseURL = options.baseURL || '';
    this.headers = { ...options.headers };
    this.tags = { ...options.tags };
    this.timeout = options.timeout;
  }
  setBaseUrl(url) { this.baseURL = url; }
  addHeader(name, value) { this.headers[name] = value; }
  addHeaders(headers) { Object.assign(this.headers, headers); }
  removeHeader(name) { delete this.headers[name]; }
  clearHeaders() { this.headers = {}; }
  addTag(name, value) { this.tags[name] = value; }
  addTags(tags) { Object.assign(this.tags, tags); }
  removeTag(name) { delete this.tags[name]; }
  clearTags() { this.tags = {}; }

  address(url) { return /^https?:\/\//.test(String(url)) ? url : this.baseURL + url; }
  params(params = {}) {
    const all = { ...params, headers: { ...this.headers, ...params.headers }, tags: { ...this.tags, ...params.tags } };
    if (all.timeout === undefined && this.timeout !== undefined) all.timeout = this.timeout;
    return all;
  }
  request(method, url, body, params) { return http.request(method, this.address(url), body, this.params(params)); }
  async asyncRequest(method, url, body, params) {
    return http.asyncRequest(method, this.address(url), body, this.params(params));
  }
  get(url, body, params) { return this.request('GET', url, body, params); }
  post(url, body, params) { return this.request('POST', url, body, params); }
  put(url, body, params) { return this.request('PUT', url, body, params); }
  patch(url, body, params) { return this.request('PATCH', url, body, params); }
  delete(url, body, params) { return this.request('DELETE', url, body, params); }
  options(url, body, params) { return this.request('OPTIONS', url, body, params); }
  head(url, body, params) { return this.request('HEAD', url, body, params); }
  batch(requests, params) {
    return http.batch(requests.map((each) => ({ ...each, url: this.address(each.url), params: this.params({ ...params, ...each.params }) })));
  }
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
const makers = {};
methods.forEach((method) => { makers[method] = (url, body, params) => ({ method, url, body, params }); });
export const Get = makers.GET;
export const Post = makers.POST;
export const Put = makers.PUT;
export const Patch = makers.PATCH;
export const Delete = makers.DELETE;
export const Options = makers.OPTIONS;
export const Head = makers.HEAD;
export default Httpx;
