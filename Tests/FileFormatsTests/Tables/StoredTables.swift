/// Small files that h5py and scipy wrote of the forty events of `MadeTables`, packed with gzip: HDF5 and structures of MATLAB
/// cannot be written here as those programs write them.
enum StoredTables {
    static let v2e = """
        H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwr8BFH5MPkEKM0IpTug9AommDgjWE4CKi4INR9dXUiQqytI9X80ALPHgAVCczCMgpEIPF\
        wdA0B0BJQPS6UnmFDVpZal5pUUI9KjB4X2MjKwQcxihPE1IDQTREADqo4FLb/A+MxAlzJC3QsRUwCTrMCUDBJnYoYYxA0UBzEY4fZwgHNOSmpa\
        TmJJKtx8DmhOYmZirmBFZAkWhBMiaBoPwX7+Loxg10GAAvNo2iQHgMo7RmAqQC/v/Ajo28APocMY8JeH/9DUCeByB1QiCMqXwKFuFZo6BRzq/q\
        BZhJ4/WEajfhSMglEwCkbBKBgFo4AkUBFXfepMA5PfRmMDBkFm7Sn7581ubOT3KHb8GfxDUsKl0WRCUgLLI69ENjZJBV2mp8c7jQ0aelg2Ot6I\
        lFo0nXdVvPO8RkcBj2Lnnww7jFkzKuIeh6YlTEhISBBIaGjwz+Lh+eQQJdIh2fhjlxgzs/SEtKZP318YGnxgyizTqF8oyNzMMeFZ46t84+SECW\
        yXmgLqtom6rJeYIp9w/MABziUzJRV+MX6JY3tUEWdcmgQ0MSHhAUOSm8K0ouQEAfZLewL+1fuzsVkq6B5hYPSvkZSIkFTIcniQosDMzD8hrfHT\
        9VYjAw7mTD+2jn8nJzoYN5rIT4kX5F7omOVgwqBYwaFSEdftm5LwIMGBYXkIG1udwlmup6vTjQw6GDP1NOarT290nMa4qE2ww17MwGADQ6agxv\
        8oTmZm8ym8h3ZrS0i0NJhIh/xvkmJj82TrkAK2Uf8v5zCpiMvOTWBgZuQ4OuHqoQMH+Ja4Ns4Q7PhrLSHxo8FEeEr+JeaJzCsZP6qqGxicYMiU\
        W/GvfrKkxIzGLQpT/ldYMTOLTxBr/uR/pu1E45WGL8wMCQs58wAebQBTThEAAA==
        """
    static let mvsec = """
        H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwp+iKLyYfIJUJoRSndA6RVMMHFGsJwEVFwQaj66upAgV1eQ6v9oAO4QqLM4GEbBSAQero\
        4BIDoCNTkwnGBCVZeSWJZZjJQePSi0l5GBFWIWI4yvAaGZIAIaUHUsUBqdzwxM+SCVggr20LTrwGDCzWDynxkizwoUBckzMUEM5IDmFGZGeFJn\
        RXVRxYDGA678HAH1cAUbcfk5Q3g0P4/mZ8z8PIMNVV1OaloJA1XzM/b06yEI4Uuw43efBTuqeallqXklxdRz30CDLkXLmTtCA+whvA/7IbSMA4\
        QWcYDIJ6DJ60DlVRz8N119OqUhA03eFCqvB9VfAJOH0jZQeROHN5nt+9WyS9DkORxgfIj5FWjyKlB5CYeNv5R5mKfVoNlvCJVXg9rfgCZvAZU3\
        cNjtmrAmP6EJTd7eAeYPiPta0OyXgMozOMj2rbt0t7QNTV7LARaOEPd3oMmbQOU1HBqu/fnh3d2FZr+1A8wfEP/1oMkzQOXNHB7JecvvWtCHJq\
        /kAAtHiP8noNlvAJVXcFi0+YySSPRENHlzB5g/IOEzCU3eDipv5HDl+mfT06mT0ewXcYCZAwm/KWjyGlB5AQfWP1KeTQVT0eSNHWD+gITvNDT7\
        rRxg6dBMwSnGsno6mjyMNoaG/ww0cQVY/DGku2Tmf2idiWa/Hjz9Q+JnFpq8GTz9z8iY0LR8wmw0eVt4+ofE3xw0+wXg6f9Uz/apcbPnosmrwd\
        M/JH7nockbwdP/7w33Vogum49mvyVa+l+Ann4YYOlg2iumuLQbC3Dkf1No+liIZr8OPP2vr5n2/OBddHlTePqHpJ9FOPK/hsNxPq1C2ceL0Ozn\
        gKd/SPpajCavAk//Dxbs/VXxYjGO/M8BTX9L0OwfBaNgZIJgP38XUIsI1g43YEHtz6O360cBdkCov7NBZLS/M5rPEPnsAxtqPkPvf4wC4sJRgX\
        k0TMgBAA2NOBr4FQAA
        """
    static let compound = """
        H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwpshFH5MPkEKM0IpTug9AommDgjWE4CKi4INR9dXUiQqytI9X80ALPnASuE5mAYBSMReL\
        g6BoDoCCgflkpPMKGqc3ZBTY8eFNqLK/16MEP4GazEpd8JHKPpdzT9YqbfDlZUdallqXklxdRLv8F+/i6gFAxLdwrMaPkDLR2PAlzlACs4zCIY\
        YXxIicDICBHQgKqD0cwMN8DqxVgYGPiAdAWR9oDSBROUVQkVYyJBTwFUjIWQHg6EnhKoGBsReiDpyAEYGhxg/zExM4EDgJtBAcxnhIcPB7jkTE\
        lNy0ksSYW7hwMabsxMTDc4EUHGhyu9arCPpj1yAKg+YsRSH5kwYlfPIYTKh6VjvtGgHAWjYBSMglEwCoYtqIhTvbBfz7lQ4tjH528zq1992bL8\
        /+r6FwqOPGwHEwxClAw52JoXCjUzTpSwCkkyUGBrXuJrFbGDUc9Bf0EMg3gD9wOmD/O+Wx6urps/58nZ9zWNH34WvWEVN5y7Xm9q2/LPmp6igg\
        4XuFdYca26bPP0ReSG6GU2R0rXXVmhc4j1Mm+WiOTclZyrFkaz2k8OkRG8+ptn6qXbHGybQxj3nWu3XLUsunG1q1bTpHOLVbOO5G3e6ZM6IUDX\
        ZOWmPNGQ8JWFT0r+rQ00bLn+P2Z5jUvpvpzAyrtaFXeWrYpyu3B3oct+LitdrcTNW91Zr23e6T91zfMrjKZptn+TtbJs9/uvWPK1JjvY8vXPOw\
        u1rn3+18P1X2CHzfObW+e1i4fcqsqLCXZ9bVnvfHVt+tNpRWue50//tOa5+/xTUecfyn7lj1dX4wEA2RbgSjwTAAA=
        """
    static let group = """
        H4sIAAAAAAACA+2XPU9UQRSGz9y9u14uu7AsH8KiQkIixsIQIxYUZsVdshYIKiRQYKSwEGNiIoUkFBRqJLEggQQTG+ys1F4LS/UH6A9Qe/EHCF\
        zedzbMiXwkQmTDPQVPZubkzuGdc2bOzpeLA5kwH0pkQSC+ZGWrrdHeNblju36bNOQz8rVn583mWivnG/h97Tdyo1SKvNeUVQJhWIHEdhStXLo8\
        HHHMTQf55Ll+I0U3H8v/uK+RJL5l7BiZbAwmztDPMrERWbSSDWyuFjb/JjdG0bzneQZ5jO8kjE3pgnF3XjiU57BdPY/5GD9K7a2eyw1ga5zacT\
        1vqZ8XKddv+iHziuMZ8oF6d3oOTT0Xaqqpnn8mwC/HwLe14FI99W4Ebx0Hr7RTnw4w0wX+Pg1+Owt+OAe+Og8+vQje6wOHL4G9/WB+gP3FVfDH\
        IPj5OvhmFFwcZz5MgBOTYP8dsPsumL4PrjJRvk6D75lIK7Pgkzlw6jE4xMbkwnOwjcf2ZxH8vsx356WrI+WTOrKZPFHJI1hYuTfd+49yik3/DM\
        m2Syi72OeuRr2DPB45RSbJNMljlLyqG9tP8bilhTxJ8loXpoXkyDbZn/9fVLyhiqdJxZtS8WTVfp6KJ632a1HxBErvnNLTV3rXKT3/d/zb33N/\
        Z+y/t/XYYjsKdvPaUDHq6O092OO79aH7+th20tGXTo5XGnf2t3p37nKR2/fh1y762z5iIVfdOh58fz4XVtfv7YPW42NtNemxDs4n8aOwFAAA
        """
    static let twoLevels = """
        H4sIAAAAAAACA+2Yv09TURTH7319LY9HiwUL2ArahESJAyFGjXEwFSkpg4AKCQ4QHWrwB5EoAyYODGogcTDBRBMX3ZzUXQdH8A+QP0DdgYlJ4H\
        m+p/aeFEqMjTS9Z/nk/si7533vOefe9xZyff0xP+WrwDxPuSquim0T1pU02zx+HdTgPPjO4X79e+wQ+pvwfDlv5Eo2G8zeFFZwBG55ylotWi57\
        YTjgGNocT0uOOW/6/r3pyfyDfF7EZeYv19UqTM/Q3KaVtaaOLsxjhrYDNRiJexyrtHJ4uxX0O46jKY7pOSHNIZ3R5srP9+U+7JTPYy61ZyN7y+\
        fJgzafbT7/yWc+dV5FzHl38zdnivM4V6H4zTWhrtSV9o/z+2yd+bwZcBZ8yHVI1J+efboPP0PEr3ivDw3EFwfwPsjTiTbixcPQ4ygx1klcP0Zc\
        OUH83E18e5L49Azxzjni8Hni6V5iqh/3iwHij0vE5cvE96PExWvQe5w4foPYi4J//BYxOkVcw0Z8w0Z9wka9eUR8Mke8/Zg4hIvJqWfEJMrwr0\
        Xi95c4d16bOnJYNIItYHvhXCDzC3FnnmOQU3H4x8AECNkVH3f1Im+wPeoIGAajILZRpURccv3FdqtWsANEWVcIC9UMJtW/eX8l/PWFPwnhb0T4\
        ExfrOcKfqFivVfjjCb2bhZ6u0LtR6Pm//d+5zpWmnb+3cWvWasGuDg71BTciroM9rpkf8l5vrbSV+975mDDPe2u1nWerETPP5PeHtd10dFWa78\
        9lEor1Tpe5MPE9bKNl93m8nNdW3TpW/r9Wpr66/mtVWo853+pRrMeXhmrSYwsPku42KBkAAA==
        """
    static let matWithText = """
        H4sIAAAAAAACA+3Uyy4DURzH8TPqVtW6q7uTSBBB2lKJWYhWIiTqErWwqGS0Iymj07QllVhYIBYWkkosbHgBHoAHwAPwAHgAHgBT/5+Ug0RtbE\
        wy+aRzOtMz35xTn8c/5vFyd7eD+zz+roWwpvJJTUks6LFlmUf1eDjZyYdiqpJQQ1yPyHx6JcLH9VXu6ufOPtnplN093OVw9bFfHNKoz2YQlRjL\
        Nyw0ThuG8vDZGGLtr0osaVhsnINS5hEF8O2+KtgATbAIlsEa2AzzoRVWwnqYA82wFNph07t5M8wzfVTAurdXhoWwBFbDRpgLLbAc1goJf/v+2X\
        Rf+6J7nvDcEqGbJHS1CN2qhK4FQrcyoYtJ6GYVutiFbmahS4XQ7a/m//PuOSwRz3S/xwOu8EOnmNA+Jr6GF5xDiCEs3HYscGsL+dhK3nSQ593k\
        sYvcxkZeksnJAdLtxToeJp9HyTsfeTlFnsyQqVkyGSADCulVybYwei2TD1HyOkGeJcmjdXJrg1zcJCd2yN5d7Is98ilF3h6QF4fZdjexqK59Wu\
        +f/rq+8f/7H8fTnUdYpnvuF93NMH1NU+ZVDfssfV0JBvVYKKxHcN8Lhmt9GbAGAAA=
        """
    static let matWithStructure = """
        H4sIAAAAAAACA+3Uyy4DURzH8TO9qFvd6n49iQQRGi0VZiHaiqSJusQlsSCZME1K22mqpBILC8TCQkJiYcML8AA8AB6AB8AD8ACY+v+a1lEJNj\
        YmOflkOu2ZM9+cqd89NeL2cJe9i/vdU52BYEjl4yElHtBiYZlHtZVgooN7Y6oSVxe5FpH55GqEj2pr3NnPHb2ywyG7urmzy9nLfnFIPn+RTlRi\
        LEc3Vx9FuGTGuX6Jtb0rsYRuoT4GpfQUFpj6XQWsh0aYD0thNWyCOdAKy2EdNMA8WAKrYGPGuhnWmTxssDb1yDAXFsNK2ABNsACWwRoh4W+f/y\
        fd17N0NwvzFgvdJKFrgdCtQuhqEbqVCl2MQjer0KVK6JYndLEJ3f5q/d/vbmDxlXT3R0xwgxudY0GHWPg6HnAeIbzYuG3Y4NZm8rmFvGsnL+3k\
        qZPcwYu8LJPjA6TLg308TL76yAc/eT1Bnk2TB7NkYo6cU0iPSrYG0StMPkXJ2zh5kSBPNsjtTXJpixzbJXv28F7sky8H5P0ReXX80+5GFtVCn/\
        b7p7+uL/z//sfryc6bLN3dkKU7DRMLRgKaWdeCz5IuKGE1ptA8fRnzmLLMY864bwnOh9wzvkndN1BHfiboBgAA
        """
}
