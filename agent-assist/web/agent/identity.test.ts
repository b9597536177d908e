import { expect, it } from 'vitest';
import { agentIdProblem, agentOf } from './identity.js';

it.each(['ana', ' ana ', 'ana.maria@desk-7', 'Søren Ø', 'x'.repeat(128)])('"%s" can be an agent', (id) => {
  expect(agentIdProblem(id)).toBeNull();
});

it.each([
  ['', /Enter/],
  ['   ', /Enter/],
  ['x'.repeat(129), /at most 128/],
  ['a\u0007b', /control/],
])('"%s" cannot', (id, problem) => {
  expect(agentIdProblem(id)).toMatch(problem);
});

it.each([
  ['?agent=ana', 'ana'],
  ['?agent=%20ana%20', 'ana'],
  ['?agent=a%26b', 'a&b'],
  ['?agent=', null],
  ['', null],
])('%s names %s', (search, agent) => {
  expect(agentOf(search)).toBe(agent);
});
