import Foundation

/// Files that tonic 1.7.0's `save_to_disk_cache` wrote, packed with zlib: counts 0, 300, 600, 900, 200, … of [2, 2, 2, 3].
enum TonicCache {
    static let files: [(name: String, packed: String)] = [
        (
            "0_0.hdf5",
            """
            eNrtmb9KA0EQxmd2c7pGhBOFiAge0SKFRUrLCIlcpaIWKQ3EP4WVpBIEixSxs7S09CHyAPcYV/gAFvYxe7ubyy45jKdNzPwgGWZ3
            M3vcfLdH+J7C+uFKcbMIEiGgAD6MM9DEu3Zu5i90RB17Or4xM47J3IYeX9X13XXnp42GXD1wMPvEnor21RHzQtg4OJGxqXOjp4jZ
            69qtTkvGTuvu+rKT6rKWc98s/YZc5TfedPrdFyoKaiXpd+wc63n2uqpznoa/3Pfs6LiOwEa6C7hT39Gxua5o2173oXO/PJ/9Q1hQ
            9wJNrjqDBTVgjiE38oxxd54P77ys5AszpzrhDTsnxxlnyUbLUElyNI15kPMcbu+vkrQgf4OpjgQEqj7zHpfSrc2Hp5dSyaErHOmq
            skjPeB7kewMnvDe2flgnKtn5tHokCIIgCIIgCIIgZot1gD1ssi6P4BMD3oZn7DOI/TXscvprThAEQRD/kyyf0vVtvvMpX3ZUJJ9y
            PsnyKauO7/fXPiWC5/hrwqo/7o+pmVryPfLHmPLHhH4COL6XJiv5dSb64PprvTJpMw9f7Wt/hg==
            """
        ),
        (
            "0_1.hdf5",
            """
            eNrtmb9KA0EQxmd2c7pGhBOFiAge0SKFRUrLCIlcpaIWKQ3EP4WVpBIEixSxs7S09CHyAPcYV/gAFvYxe7ubyy45jKdNzPwgGWZ3
            M3vcfLdH+J7C+uFKcbMIEiGgAD6MM9DEu3Zu5i90RB17Or4xM47J3IYeX9X13XXnp42GXD1wMPvEnor21RHzQtg4OJGxqXOjp4jZ
            69qtTkvGTuvu+rKT6rKWc98s/YZc5TfedPrdFyoKaiXpd+wc63n2uqpznoa/3Pfs6LiOwEa6C7hT39Gxua5o2173oXO/PJ/9Q1hQ
            9wJNrjqDBTVgjiE38oxxd54P77ys5AszpzrhDTsnxxlnyUbLUElyNI15kPMcbu+vkrQgf4OpjgQEqj7zHpfSrc2Hp5dSyaErHOmq
            skjPeB7kewMnvDe2flgnKtn5tHokCIIgCIIgCIIgZot1gD1ssi6P4BMD3oZn7DOI/TXscvprThAEQRD/kyyf0vVtvvMpX3ZUJJ9y
            PsnyKauO7/fXPiWC5/hrwqo/7o+pmVryPfLHmPLHhH4COL6XJiv5dSb64PprvTJpMw9f7Wt/hg==
            """
        ),
        (
            "1_0.hdf5",
            """
            eNrtmb9PAjEUx/taKhVjgtEEo4MXdGBgYHTEBMxNatSBURL8MTgZJhMTBwfcHB0d/SMYHO/PYHR0cEd6be+uDRfxdMF7nwReXl95
            be59r5fjPfqt/eXSRolIhCAFUiZJxprRju2b+Jm2oO1A21dqxiGMrevxFZ3fnXd63G7L2WMHs86IK2vvDskLfnvvSNqO9o2eAmrP
            63X7XWn73ZvL836sy2bGddP06zPlX/HZ9LsrlBVYStRv4hwbcHtewzlP/V+ue3Jw2AJCI915zMnv6NjsK9iy531ov1zNZ/2ALKhr
            AcZXlYGCGjDHkGtZyrgbZ5MrLzOVhYmpSvBJ5eQ4ZTRcaInUQh9MYe5knJHr24vQLcjfQKwjQTyVn/L7xXhp82HxVmoZdAWRrmpF
            vMezIJ8bMOW54f0wT1Cx/Vn1iCAIgiAIgiAIgswXax36wALyCR7rkScYTt7v6tDxVt+KI74J9ejvAgRBEARB/g9pfUq3b/Ndn/J5
            W1nsU+aTtD5lw+n7/XWfEgh3+mvCyp/sj6lIM/yO+mNU9ceEvgMYvFemK/llLurg9tcGVdRmFr4AksGAfQ==
            """
        ),
    ]
}
