import type { Missing } from './types_only';
export enum Color { Red = 'red' }
export function double(x: number, y?: Missing): number { return x * 2; }
