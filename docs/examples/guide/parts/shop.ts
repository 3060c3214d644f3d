import http from 'k6/http';

export interface Product { id: number; name: string }

export class Shop {
  constructor(private base: string) {}
  product(id: number): Product {
    const res = http.get(`${this.base}/products/${id}`);
    return res.json() as unknown as Product;
  }
}
