/// A form of one field.

export interface SignIn {
  title: string;
  text: string;
  label: string;
  name: string;
  value: string;
  secret?: boolean;
  button: string;
  /// What is wrong with the text, or null.
  problem: (text: string) => string | null;
  /// Called with the trimmed text once nothing is wrong with it.
  done: (text: string) => void;
}

export function signIn(options: SignIn): HTMLElement {
  const field = element('input', {
    id: 'field',
    name: options.name,
    type: options.secret ? 'password' : 'text',
    autocomplete: options.secret ? 'off' : 'username',
    autocapitalize: 'none',
    spellcheck: 'false',
    'aria-describedby': 'problem',
  });
  field.value = options.value;
  const problem = element('p', { id: 'problem', class: 'error', role: 'alert' });
  const form = element('form', { novalidate: '' });
  form.append(
    element('h1', {}, options.title),
    element('p', {}, options.text),
    element('label', { for: 'field' }, options.label),
    field,
    problem,
    element('button', { type: 'submit' }, options.button),
  );
  const check = () => tell(field, problem, options.problem(field.value));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (check()) options.done(field.value.trim());
    else field.focus();
  });
  // Only once something was said to be wrong: nobody is corrected before they have finished.
  field.addEventListener('input', () => problem.textContent !== '' && check());
  const page = element('div', { class: 'sign-in' });
  page.append(form);
  return page;
}

function tell(field: HTMLElement, place: HTMLElement, problem: string | null): boolean {
  place.textContent = problem ?? '';
  field.setAttribute('aria-invalid', String(problem !== null));
  return problem === null;
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string>,
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== '') made.textContent = text;
  return made;
}
