declare module '/sdk/agent-assist.js' {
  export * from '../sdk/agent-assist.js';
}
