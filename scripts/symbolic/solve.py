"""Answers one SMT-LIB query of halmos: `solve.py YICES FILE` prints sat, unsat or unknown, and a model.

Solvers that work by bits are quick with storage and branches and lost with products; cvc5, when it reads bit vectors as
integers, is the other way round. So yices sees the query first with products and quotients unknown, which forgets facts:
only its `unsat` counts. If that is not the answer, cvc5 and yices race for the query as it is, and a second cvc5 for an
`unsat` with only the products unknown.

Halmos may be killed and this process with it. So each solver has a limit of processor time, besides being stopped from here.
"""

import os
import queue
import re
import resource
import signal
import subprocess
import sys
import threading

WORD = r"\(_ BitVec \d+\)"
BINARY = rf"\(declare-fun f_evm_({{}})_(\d+) \({WORD} {WORD}\) {WORD}\)"
DEFINITION = r"(define-fun f_evm_\1_\2 ((x (_ BitVec \2)) (y (_ BitVec \2))) (_ BitVec \2) "
MOMENT_S = 5
LIMIT_S = 240
PARENT = os.getppid()


def forgetful(text):
    """Of a product is known that the order of its factors does not matter."""
    return re.sub(
        BINARY.format("bvmul"),
        r"(declare-fun product_\2 ((_ BitVec \2) (_ BitVec \2)) (_ BitVec \2))\n"
        + DEFINITION
        + r"(ite (bvule x y) (product_\2 x y) (product_\2 y x)))",
        text,
    )


def with_quotients(text):
    """Defines what halmos left without a meaning. In the EVM what is divided by zero is zero."""
    return re.sub(
        BINARY.format("bvudiv|bvurem|bvsdiv|bvsrem"),
        DEFINITION + r"(ite (= y (_ bv0 \2)) (_ bv0 \2) (\1 x y)))",
        text,
    )


def with_products(text):
    return re.sub(BINARY.format("bvmul"), DEFINITION + r"(bvmul x y))", text)


def bit_by_bit(yices):
    return [yices, "--smt2-model-format", "--bvconst-in-decimal"]


def limit_processor_time(seconds):
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def ask_yices(yices, path):
    """Not by the clock: on a busy machine, a moment of work takes long."""
    command = [*bit_by_bit(yices), path]
    done = subprocess.run(
        command, capture_output=True, text=True, preexec_fn=lambda: limit_processor_time(MOMENT_S)
    )
    return done.stdout


def ask_cvc5(path, only_unsat=False):
    import cvc5

    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("produce-models", "true")
    solver.setOption("solve-bv-as-int", "sum")
    # Integers are no part of the logic that halmos names.
    with open(path, encoding="utf8") as file:
        text = file.read().replace("(set-logic QF_AUFBV)", "(set-logic ALL)")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "query")
    symbols = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        answer = str(command.invoke(solver, symbols))
        if only_unsat and answer.startswith("sat"):
            return
        print(answer, end="")
        if answer.startswith(("unsat", "unknown")):
            return


def race(*commands):
    """The first definite answer; whoever is slower is stopped."""
    answers = queue.Queue()
    runners = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    for runner in runners:
        threading.Thread(target=lambda it=runner: answers.put(it.communicate()[0]), daemon=True).start()
    try:
        unanswered = len(runners)
        while unanswered and os.getppid() == PARENT:
            try:
                answer = answers.get(timeout=1)
            except queue.Empty:
                continue
            if answer.startswith(("sat", "unsat")):
                return answer
            unanswered -= 1
        return "unknown\n"
    finally:
        for runner in runners:
            runner.kill()


def written(text, path):
    with open(path, "w", encoding="utf8") as file:
        file.write(text)
    return path


def main(yices, path):
    if yices.startswith("--cvc5"):
        return ask_cvc5(path, only_unsat=yices == "--cvc5-unsat")
    # Solvers inherit the limit; leaving by an exception stops them.
    limit_processor_time(LIMIT_S)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with open(path, encoding="utf8") as file:
        text = file.read()
    unknown = forgetful(text)
    if ask_yices(yices, written(unknown, f"{path}.unknown")).startswith("unsat"):
        return print("unsat")
    partly = written(with_quotients(unknown), f"{path}.partly")
    whole = written(with_quotients(with_products(text)), f"{path}.whole")
    cvc5 = [sys.executable, __file__]
    runners = [*cvc5, "--cvc5", whole], [*cvc5, "--cvc5-unsat", partly], [*bit_by_bit(yices), whole]
    return print(race(*runners), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
