package io.shockwave.bench.stress;

import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Reactor;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Tasks that are handed over while others are, or while the reactor takes them: each runs once. */
public final class HandoffStress {
    private HandoffStress() {
    }

    private static final class Counting extends Handoff.Task {
        private int runs;

        @Override
        protected void run(Reactor reactor) {
            runs++;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or twice")
    @State
    public static class TwoProducers {
        private final Handoff handoff = new Handoff();
        private final Counting first = new Counting();
        private final Counting second = new Counting();

        @Actor
        public void one() {
            handoff.push(first);
        }

        @Actor
        public void other() {
            handoff.push(second);
        }

        @Arbiter
        public void drained(II_Result r) {
            handoff.drain(null);
            r.r1 = first.runs;
            r.r2 = second.runs;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or twice")
    @State
    public static class ProducerAndReactor {
        private final Handoff handoff = new Handoff();
        private final Counting first = new Counting();
        private final Counting second = new Counting();

        @Actor
        public void producer() {
            handoff.push(first);
            handoff.push(second);
        }

        @Actor
        public void reactor() {
            handoff.drain(null);
        }

        @Arbiter
        public void drained(II_Result r) {
            handoff.drain(null);
            r.r1 = first.runs;
            r.r2 = second.runs;
        }
    }
}
