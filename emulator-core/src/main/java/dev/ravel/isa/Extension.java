package dev.ravel.isa;

/** The ratified extensions that Ravel knows, by the specification's names. */
public enum Extension {
    I,
    M,
    A,
    F,
    D,
    C,
    ZICSR("Zicsr"),
    ZIFENCEI("Zifencei"),
    ZICNTR("Zicntr"),
    ZIHPM("Zihpm"),
    ZBA("Zba"),
    ZBB("Zbb"),
    ZBC("Zbc"),
    ZBS("Zbs"),
    ZBKB("Zbkb"),
    ZBKX("Zbkx"),
    ZICOND("Zicond"),
    ZFH("Zfh"),
    ZFHMIN("Zfhmin"),
    ZFA("Zfa"),
    ZCB("Zcb"),
    ZAWRS("Zawrs"),
    ZIHINTPAUSE("Zihintpause"),
    ZIHINTNTL("Zihintntl"),
    ZICBOM("Zicbom"),
    ZICBOP("Zicbop"),
    ZICBOZ("Zicboz"),
    ZACAS("Zacas"),
    ZABHA("Zabha"),
    /** The privileged instructions: {@code mret}, {@code sret}, {@code wfi}, {@code sfence.vma}. */
    PRIVILEGED("Privileged"),
    SVINVAL("Svinval");

    private final String specName;

    Extension() {
        this.specName = name();
    }

    Extension(String specName) {
        this.specName = specName;
    }

    /** The name as the specification and the device tree spell it, in the specification's case. */
    public String specName() {
        return specName;
    }
}
