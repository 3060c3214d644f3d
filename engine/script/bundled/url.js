// The library `url` of k6: the names URL and URLSearchParams, which are globals here.
const { URL: Url, URLSearchParams: SearchParams } = globalThis;
export { Url as URL, SearchParams as URLSearchParams };
