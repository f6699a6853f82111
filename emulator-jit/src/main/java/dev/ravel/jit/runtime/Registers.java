package dev.ravel.jit.runtime;

import dev.ravel.hart.Hart;

/**
 * A hart's registers as fields while units run. HotSpot tells fields apart where it cannot tell the elements of an array
 * apart: a write to one does not make it read the others again.
 */
public abstract class Registers {
    public long x1;
    public long x2;
    public long x3;
    public long x4;
    public long x5;
    public long x6;
    public long x7;
    public long x8;
    public long x9;
    public long x10;
    public long x11;
    public long x12;
    public long x13;
    public long x14;
    public long x15;
    public long x16;
    public long x17;
    public long x18;
    public long x19;
    public long x20;
    public long x21;
    public long x22;
    public long x23;
    public long x24;
    public long x25;
    public long x26;
    public long x27;
    public long x28;
    public long x29;
    public long x30;
    public long x31;
    public long f0;
    public long f1;
    public long f2;
    public long f3;
    public long f4;
    public long f5;
    public long f6;
    public long f7;
    public long f8;
    public long f9;
    public long f10;
    public long f11;
    public long f12;
    public long f13;
    public long f14;
    public long f15;
    public long f16;
    public long f17;
    public long f18;
    public long f19;
    public long f20;
    public long f21;
    public long f22;
    public long f23;
    public long f24;
    public long f25;
    public long f26;
    public long f27;
    public long f28;
    public long f29;
    public long f30;
    public long f31;

    private boolean floatsHere;

    /** Takes the integer registers over from the hart; floating-point registers stay there until {@link #takeFloats}. */
    final void take(Hart hart) {
        long[] x = hart.x;
        x1 = x[1];
        x2 = x[2];
        x3 = x[3];
        x4 = x[4];
        x5 = x[5];
        x6 = x[6];
        x7 = x[7];
        x8 = x[8];
        x9 = x[9];
        x10 = x[10];
        x11 = x[11];
        x12 = x[12];
        x13 = x[13];
        x14 = x[14];
        x15 = x[15];
        x16 = x[16];
        x17 = x[17];
        x18 = x[18];
        x19 = x[19];
        x20 = x[20];
        x21 = x[21];
        x22 = x[22];
        x23 = x[23];
        x24 = x[24];
        x25 = x[25];
        x26 = x[26];
        x27 = x[27];
        x28 = x[28];
        x29 = x[29];
        x30 = x[30];
        x31 = x[31];
        floatsHere = false;
    }

    /** Takes the floating-point registers over, if they are not here yet. */
    final void takeFloats(Hart hart) {
        if (floatsHere) {
            return;
        }
        long[] f = hart.f;
        f0 = f[0];
        f1 = f[1];
        f2 = f[2];
        f3 = f[3];
        f4 = f[4];
        f5 = f[5];
        f6 = f[6];
        f7 = f[7];
        f8 = f[8];
        f9 = f[9];
        f10 = f[10];
        f11 = f[11];
        f12 = f[12];
        f13 = f[13];
        f14 = f[14];
        f15 = f[15];
        f16 = f[16];
        f17 = f[17];
        f18 = f[18];
        f19 = f[19];
        f20 = f[20];
        f21 = f[21];
        f22 = f[22];
        f23 = f[23];
        f24 = f[24];
        f25 = f[25];
        f26 = f[26];
        f27 = f[27];
        f28 = f[28];
        f29 = f[29];
        f30 = f[30];
        f31 = f[31];
        floatsHere = true;
    }

    /** Gives the hart its registers back. */
    final void give(Hart hart) {
        long[] x = hart.x;
        x[1] = x1;
        x[2] = x2;
        x[3] = x3;
        x[4] = x4;
        x[5] = x5;
        x[6] = x6;
        x[7] = x7;
        x[8] = x8;
        x[9] = x9;
        x[10] = x10;
        x[11] = x11;
        x[12] = x12;
        x[13] = x13;
        x[14] = x14;
        x[15] = x15;
        x[16] = x16;
        x[17] = x17;
        x[18] = x18;
        x[19] = x19;
        x[20] = x20;
        x[21] = x21;
        x[22] = x22;
        x[23] = x23;
        x[24] = x24;
        x[25] = x25;
        x[26] = x26;
        x[27] = x27;
        x[28] = x28;
        x[29] = x29;
        x[30] = x30;
        x[31] = x31;
        if (floatsHere) {
            giveFloats(hart);
        }
    }

    private void giveFloats(Hart hart) {
        long[] f = hart.f;
        f[0] = f0;
        f[1] = f1;
        f[2] = f2;
        f[3] = f3;
        f[4] = f4;
        f[5] = f5;
        f[6] = f6;
        f[7] = f7;
        f[8] = f8;
        f[9] = f9;
        f[10] = f10;
        f[11] = f11;
        f[12] = f12;
        f[13] = f13;
        f[14] = f14;
        f[15] = f15;
        f[16] = f16;
        f[17] = f17;
        f[18] = f18;
        f[19] = f19;
        f[20] = f20;
        f[21] = f21;
        f[22] = f22;
        f[23] = f23;
        f[24] = f24;
        f[25] = f25;
        f[26] = f26;
        f[27] = f27;
        f[28] = f28;
        f[29] = f29;
        f[30] = f30;
        f[31] = f31;
    }

    /** Writes an integer register; nothing happens for {@code x0}. */
    final void setX(int number, long value) {
        switch (number) {
            case 1 -> x1 = value;
            case 2 -> x2 = value;
            case 3 -> x3 = value;
            case 4 -> x4 = value;
            case 5 -> x5 = value;
            case 6 -> x6 = value;
            case 7 -> x7 = value;
            case 8 -> x8 = value;
            case 9 -> x9 = value;
            case 10 -> x10 = value;
            case 11 -> x11 = value;
            case 12 -> x12 = value;
            case 13 -> x13 = value;
            case 14 -> x14 = value;
            case 15 -> x15 = value;
            case 16 -> x16 = value;
            case 17 -> x17 = value;
            case 18 -> x18 = value;
            case 19 -> x19 = value;
            case 20 -> x20 = value;
            case 21 -> x21 = value;
            case 22 -> x22 = value;
            case 23 -> x23 = value;
            case 24 -> x24 = value;
            case 25 -> x25 = value;
            case 26 -> x26 = value;
            case 27 -> x27 = value;
            case 28 -> x28 = value;
            case 29 -> x29 = value;
            case 30 -> x30 = value;
            case 31 -> x31 = value;
            default -> {}
        }
    }

    /** Writes a floating-point register. */
    final void setF(int number, long value) {
        switch (number) {
            case 0 -> f0 = value;
            case 1 -> f1 = value;
            case 2 -> f2 = value;
            case 3 -> f3 = value;
            case 4 -> f4 = value;
            case 5 -> f5 = value;
            case 6 -> f6 = value;
            case 7 -> f7 = value;
            case 8 -> f8 = value;
            case 9 -> f9 = value;
            case 10 -> f10 = value;
            case 11 -> f11 = value;
            case 12 -> f12 = value;
            case 13 -> f13 = value;
            case 14 -> f14 = value;
            case 15 -> f15 = value;
            case 16 -> f16 = value;
            case 17 -> f17 = value;
            case 18 -> f18 = value;
            case 19 -> f19 = value;
            case 20 -> f20 = value;
            case 21 -> f21 = value;
            case 22 -> f22 = value;
            case 23 -> f23 = value;
            case 24 -> f24 = value;
            case 25 -> f25 = value;
            case 26 -> f26 = value;
            case 27 -> f27 = value;
            case 28 -> f28 = value;
            case 29 -> f29 = value;
            case 30 -> f30 = value;
            case 31 -> f31 = value;
            default -> {}
        }
    }
}
