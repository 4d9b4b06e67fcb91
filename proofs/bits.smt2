; SPDX-License-Identifier: MIT
; The axioms of proofs/logic/ over vectors of 64 bits. Each is denied; Z3 answers unsat: it holds.
(set-logic QF_BV)
(declare-const x (_ BitVec 64))
(declare-const y (_ BitVec 64))
; axiom bit_0
(assert (not (= (not (= (bvand x #x0000000000000001) #x0000000000000000)) (= (bvurem (bvudiv x #x0000000000000001) #x0000000000000002) #x0000000000000001))))
(check-sat)
; axiom bit_1
(assert (not (= (not (= (bvand x #x0000000000000002) #x0000000000000000)) (= (bvurem (bvudiv x #x0000000000000002) #x0000000000000002) #x0000000000000001))))
(check-sat)
; axiom bit_4
(assert (not (= (not (= (bvand x #x0000000000000010) #x0000000000000000)) (= (bvurem (bvudiv x #x0000000000000010) #x0000000000000002) #x0000000000000001))))
(check-sat)
; axiom and_3
(assert (not (= (bvand x #x0000000000000003) (bvurem x #x0000000000000004))))
(check-sat)
; axiom and_7
(assert (not (= (bvand x #x0000000000000007) (bvurem x #x0000000000000008))))
(check-sat)
; axiom and_15
(assert (not (= (bvand x #x000000000000000f) (bvurem x #x0000000000000010))))
(check-sat)
; axiom and_type
(assert (not (= (bvand x #x000000000000001c) (bvmul #x0000000000000004 (bvurem (bvudiv x #x0000000000000004) #x0000000000000008)))))
(check-sat)
; axiom and_share
(assert (not (= (bvand x #x0000000000000060) (bvmul #x0000000000000020 (bvurem (bvudiv x #x0000000000000020) #x0000000000000004)))))
(check-sat)
; axiom and_lower
(assert (not (= (bvand x #x0000000000000180) (bvmul #x0000000000000080 (bvurem (bvudiv x #x0000000000000080) #x0000000000000004)))))
(check-sat)
; axiom and_el1
(assert (not (= (bvand x #x0000000000000080) (bvmul #x0000000000000080 (bvurem (bvudiv x #x0000000000000080) #x0000000000000002)))))
(check-sat)
; axiom and_low_32
(assert (not (= (bvand x #x00000000ffffffff) (bvurem x #x0000000100000000))))
(check-sat)
; axiom and_low_48
(assert (not (= (bvand x #x0000ffffffffffff) (bvurem x #x0001000000000000))))
(check-sat)
; axiom and_high_32_5
(assert (not (= (bvand x #x00000000ffffffe0) (bvsub (bvurem x #x0000000100000000) (bvurem x #x0000000000000020)))))
(check-sat)
; axiom and_high_32_6
(assert (not (= (bvand x #x00000000ffffffc0) (bvsub (bvurem x #x0000000100000000) (bvurem x #x0000000000000040)))))
(check-sat)
; axiom and_high_48_6
(assert (not (= (bvand x #x0000ffffffffffc0) (bvsub (bvurem x #x0001000000000000) (bvurem x #x0000000000000040)))))
(check-sat)
; axiom or_31
(assert (not (= (bvor x #x000000000000001f) (bvadd (bvsub x (bvurem x #x0000000000000020)) #x000000000000001f))))
(check-sat)
; axiom or_63
(assert (not (= (bvor x #x000000000000003f) (bvadd (bvsub x (bvurem x #x0000000000000040)) #x000000000000003f))))
(check-sat)
; axiom mod_32_5
(assert (not (= (bvurem (bvurem x #x0000000100000000) #x0000000000000020) (bvurem x #x0000000000000020))))
(check-sat)
; axiom mod_32_6
(assert (not (= (bvurem (bvurem x #x0000000100000000) #x0000000000000040) (bvurem x #x0000000000000040))))
(check-sat)
; axiom mod_48_6
(assert (not (= (bvurem (bvurem x #x0001000000000000) #x0000000000000040) (bvurem x #x0000000000000040))))
(check-sat)
; axiom shr_1
(assert (not (= (bvlshr x #x0000000000000001) (bvudiv x #x0000000000000002))))
(check-sat)
; axiom shr_2
(assert (not (= (bvlshr x #x0000000000000002) (bvudiv x #x0000000000000004))))
(check-sat)
; axiom shr_3
(assert (not (= (bvlshr x #x0000000000000003) (bvudiv x #x0000000000000008))))
(check-sat)
; axiom shr_4
(assert (not (= (bvlshr x #x0000000000000004) (bvudiv x #x0000000000000010))))
(check-sat)
; axiom shr_5
(assert (not (= (bvlshr x #x0000000000000005) (bvudiv x #x0000000000000020))))
(check-sat)
; axiom shl_1
(assert (not (= (bvshl x #x0000000000000001) (bvmul x #x0000000000000002))))
(check-sat)
; axiom shl_2
(assert (not (= (bvshl x #x0000000000000002) (bvmul x #x0000000000000004))))
(check-sat)
; axiom shl_3
(assert (not (= (bvshl x #x0000000000000003) (bvmul x #x0000000000000008))))
(check-sat)
; axiom shl_4
(assert (not (= (bvshl x #x0000000000000004) (bvmul x #x0000000000000010))))
(check-sat)
; axiom or_bit_0
(assert (= (bvurem x #x0000000000000002) #x0000000000000000))
(assert (bvult y #x0000000000000002))
(assert (not (= (bvor x y) (bvadd x y))))
(check-sat)
; axiom or_bit_0_swapped
(assert (= (bvurem x #x0000000000000002) #x0000000000000000))
(assert (bvult y #x0000000000000002))
(assert (not (= (bvor y x) (bvadd y x))))
(check-sat)
; axiom or_bit_1
(assert (= (bvurem (bvudiv x #x0000000000000002) #x0000000000000002) #x0000000000000000))
(assert (or (= y #x0000000000000000) (= y #x0000000000000002)))
(assert (not (= (bvor x y) (bvadd x y))))
(check-sat)
; axiom or_bit_1_swapped
(assert (= (bvurem (bvudiv x #x0000000000000002) #x0000000000000002) #x0000000000000000))
(assert (or (= y #x0000000000000000) (= y #x0000000000000002)))
(assert (not (= (bvor y x) (bvadd y x))))
(check-sat)
; axiom or_bit_4
(assert (= (bvurem (bvudiv x #x0000000000000010) #x0000000000000002) #x0000000000000000))
(assert (or (= y #x0000000000000000) (= y #x0000000000000010)))
(assert (not (= (bvor x y) (bvadd x y))))
(check-sat)
; axiom or_bit_4_swapped
(assert (= (bvurem (bvudiv x #x0000000000000010) #x0000000000000002) #x0000000000000000))
(assert (or (= y #x0000000000000000) (= y #x0000000000000010)))
(assert (not (= (bvor y x) (bvadd y x))))
(check-sat)
; axiom or_bit_7
(assert (bvult x #x0000000000000080))
(assert (or (= y #x0000000000000000) (= y #x0000000000000080)))
(assert (not (= (bvor x y) (bvadd x y))))
(check-sat)
; axiom or_bit_7_swapped
(assert (bvult x #x0000000000000080))
(assert (or (= y #x0000000000000000) (= y #x0000000000000080)))
(assert (not (= (bvor y x) (bvadd y x))))
(check-sat)
; axiom or_below_8
(assert (= (bvurem x #x0000000000000008) #x0000000000000000))
(assert (bvult y #x0000000000000008))
(assert (not (= (bvor x y) (bvadd x y))))
(check-sat)
; axiom or_below_8_swapped
(assert (= (bvurem x #x0000000000000008) #x0000000000000000))
(assert (bvult y #x0000000000000008))
(assert (not (= (bvor y x) (bvadd y x))))
(check-sat)
; axiom or_below_16
(assert (= (bvurem x #x0000000000000010) #x0000000000000000))
(assert (bvult y #x0000000000000010))
(assert (not (= (bvor x y) (bvadd x y))))
(check-sat)
; axiom or_below_16_swapped
(assert (= (bvurem x #x0000000000000010) #x0000000000000000))
(assert (bvult y #x0000000000000010))
(assert (not (= (bvor y x) (bvadd y x))))
(check-sat)
; axiom or_below_32
(assert (= (bvurem x #x0000000000000020) #x0000000000000000))
(assert (bvult y #x0000000000000020))
(assert (not (= (bvor x y) (bvadd x y))))
(check-sat)
; axiom or_below_32_swapped
(assert (= (bvurem x #x0000000000000020) #x0000000000000000))
(assert (bvult y #x0000000000000020))
(assert (not (= (bvor y x) (bvadd y x))))
(check-sat)
; axiom and_less
(assert (not (bvule (bvand x y) y)))
(check-sat)
; axiom and_not_1
(assert (not (= (bvand x #xfffffffffffffffe) (bvsub x (bvurem x #x0000000000000002)))))
(check-sat)
