/// Movement of the cards: what is moved by a change glides there, and while a hand is on the list
/// nothing above the hand changes its height.

const GLIDE_MS = 220;

export class Motion {
  #before: Map<string, { top: number; height: number }> | null = null;
  #movedAt = -Infinity;

  /// Notes where the cards are. Call before they change.
  before(cards: readonly HTMLElement[]): void {
    this.#before ??= new Map(
      cards.map((card) => {
        const { top, height } = card.getBoundingClientRect();
        return [key(card), { top, height }];
      }),
    );
  }

  /// Call when they have changed. With `held`, heights are kept as they were; otherwise what moved
  /// glides from its old place, and what is new fades in, unless all is to be `still`.
  after(cards: readonly HTMLElement[], held: boolean, still: boolean): void {
    const before = this.#before;
    if (!before) return;
    this.#before = null;
    for (const card of cards) {
      card.getAnimations().forEach((animation) => animation.cancel());
      settle(card, before.get(key(card))?.height, held);
    }
    const moves = cards.map((card) => distance(card, before.get(key(card))?.top));
    if (moves.some((move) => move !== null && move !== 0)) this.replaced();
    if (!still) cards.forEach((card, index) => glide(card, moves[index] ?? null));
  }

  /// Whether a press now may have been meant for a card that was here a moment ago.
  get moving(): boolean {
    return performance.now() - this.#movedAt < GLIDE_MS;
  }

  /// Other cards took the place of these.
  replaced(): void {
    this.#movedAt = performance.now();
  }

  /// Lets `card` have the height that it needs: its agent opened or closed something in it.
  release(card: HTMLElement): void {
    card.style.height = card.style.overflow = '';
  }
}

/// A card that is leaving keeps its height too: what it said is replaced by why it goes.
function settle(card: HTMLElement, height: number | undefined, held: boolean): void {
  const leaving = card.classList.contains('leaving');
  if (!held && !leaving) {
    card.style.height = card.style.overflow = '';
  } else if (height !== undefined && Math.abs(card.getBoundingClientRect().height - height) > 0.5) {
    card.style.height = `${height}px`; // what does not fit scrolls inside until the hand leaves
    card.style.overflow = leaving ? 'hidden' : 'auto';
  }
}

function distance(card: HTMLElement, top: number | undefined): number | null {
  return top === undefined ? null : Math.round(top - card.getBoundingClientRect().top);
}

function key(card: HTMLElement): string {
  return card.dataset['suggestion'] ?? '';
}

function glide(card: HTMLElement, distance: number | null): void {
  const timing = { duration: GLIDE_MS, easing: 'cubic-bezier(0.2, 0, 0, 1)' };
  if (distance === null) {
    card.animate([{ opacity: 0, transform: 'scale(0.985)' }, { opacity: 1, transform: 'none' }], timing);
  } else if (distance !== 0) {
    card.animate([{ transform: `translateY(${distance}px)` }, { transform: 'none' }], timing);
  }
}
