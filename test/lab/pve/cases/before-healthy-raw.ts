import { healthyCase } from '../healthy.ts';

export const pveCase = healthyCase('raw');
