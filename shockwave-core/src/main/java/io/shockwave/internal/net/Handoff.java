package io.shockwave.internal.net;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A queue of tasks from many threads to the one reactor that runs them, in the order in which they came. Thread-safe without a lock: tasks are linked
 * through themselves, so that handing one over allocates nothing. A task must not be pushed again before it was taken.
 */
public final class Handoff {

    /** Something to run on a reactor. */
    public abstract static class Task {
        private Task next;

        /** Called on the reactor's thread. */
        protected abstract void run(Reactor reactor);

        /** {@link #run} threw this, which is a fault of ours. */
        protected void failed(Reactor reactor, Throwable cause) {
            Log.LOG.log(Level.ERROR, "a task on a reactor failed", cause);
        }
    }

    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(Handoff.class, "top", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Task top;

    /** Adds a task. */
    public void push(Task task) {
        Task seen;
        do {
            seen = top;
            task.next = seen;
        } while (!TOP.compareAndSet(this, seen, task));
    }

    public boolean isEmpty() {
        return top == null;
    }

    /** Runs what is there, oldest first; tasks that come meanwhile wait for the next call. */
    public void drain(Reactor reactor) {
        Task newest = (Task) TOP.getAndSet(this, null);
        Task oldest = null;
        while (newest != null) {
            Task below = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = below;
        }
        while (oldest != null) {
            Task following = oldest.next;
            oldest.next = null; // before it runs: it may be pushed again at once
            try {
                oldest.run(reactor);
            } catch (RuntimeException | Error e) {
                oldest.failed(reactor, e); // the tasks behind it belong to others
            }
            oldest = following;
        }
    }
}
