/// What each data set is published as. Sources: tonic.datasets, spikingjelly.datasets, torchvision.datasets, and the pages
/// named here.
extension NMnistDataSet {
    public var archives: [PublishedArchive] {
        let page = "https://www.garrickorchard.com/datasets/n-mnist"
        let files = "https://data.mendeley.com/public-files/datasets/468j46mzdv/files/"
        let own = "CC BY-SA 4.0"
        return [
            PublishedArchive(
                "Train.zip", address: files + "39c25547-014b-4137-a934-9d29fa53c7a0/file_downloaded", page: page,
                checksum: "20959b8e626244a1b502305a9e6e2031", license: own, folder: "N-MNIST", holds: "Train"),
            PublishedArchive(
                "Test.zip", address: files + "05a4d654-7e03-4c15-bdfa-9bb2bcbea494/file_downloaded", page: page,
                checksum: "69ca8762b2fe404d9b9bad1103e97832", license: own, folder: "N-MNIST", holds: "Test"),
        ]
            + [
                ("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                ("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
                ("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
                ("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"),
            ].map { name, checksum in
                PublishedArchive(
                    name, address: "https://ossci-datasets.s3.amazonaws.com/mnist/" + name,
                    page: "http://yann.lecun.com/exdb/mnist", checksum: checksum,
                    license: "CC BY-SA 3.0 as commonly stated", folder: "MNIST", holds: name)
            }
    }
}

extension NCaltech101DataSet {
    public var archives: [PublishedArchive] {
        [
            PublishedArchive(
                "Caltech101.zip",
                address:
                    "https://data.mendeley.com/public-files/datasets/cy6cvx3ryv/files/36b5c52a-b49d-4853-addb-a836a8883e49/file_downloaded",
                page: "https://www.garrickorchard.com/datasets/n-caltech101",
                checksum: "66201824eabb0239c7ab992480b50ba3", license: "CC BY 4.0", folder: "N-Caltech101",
                holds: "Caltech101"),
            PublishedArchive(
                "caltech-101.zip", address: "https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip",
                page: "https://data.caltech.edu/records/mzrjq-6wc02", size: "137 MB",
                checksum: "3138e1922a9193bfa496528edbbc45d0", license: "CC BY 4.0", folder: "Caltech101",
                holds: "101_ObjectCategories"),
        ]
    }
}

extension Cifar10DvsDataSet {
    public var archives: [PublishedArchive] {
        [
            ("airplane", 7_712_788, "0afd5c4bf9ae06af762a77b180354fdd"),
            ("automobile", 7_712_791, "8438dfeba3bc970c94962d995b1b9bdd"),
            ("bird", 7_712_794, "a9c207c91c55b9dc2002dc21c684d785"),
            ("cat", 7_712_812, "52c63c677c2b15fa5146a8daf4d56687"),
            ("deer", 7_712_815, "b6bf21f6c04d21ba4e23fc3e36c8a4a3"),
            ("dog", 7_712_818, "f379ebdf6703d16e0a690782e62639c3"),
            ("frog", 7_712_842, "cad6ed91214b1c7388a5f6ee56d08803"),
            ("horse", 7_712_851, "e7cbbf77bec584ffbf913f00e682782a"),
            ("ship", 7_712_836, "41c7bd7d6b251be82557c6cce9a7d5c9"),
            ("truck", 7_712_839, "89f3922fd147d9aeff89e76a2b0b70a7"),
        ].map { name, number, checksum in
            PublishedArchive(
                name + ".zip", address: "https://ndownloader.figshare.com/files/\(number)",
                page: "https://figshare.com/articles/dataset/CIFAR10-DVS_New/4724671", checksum: checksum,
                license: "CC BY 4.0", folder: "CIFAR10DVS", holds: name)
        } + [
            PublishedArchive(
                "cifar-10-binary.tar.gz", address: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                page: "https://www.cs.toronto.edu/~kriz/cifar.html", size: "162 MB",
                checksum: "c32a1d4ab5d03f1284b67883e8d87530", license: "Krizhevsky 2009, no license stated", folder: "",
                holds: "cifar-10-batches-bin")
        ]
    }
}

extension NOmniglotDataSet {
    public var archives: [PublishedArchive] {
        ["dvs_background", "dvs_evaluation"].map {
            PublishedArchive(
                $0, page: "https://figshare.com/articles/dataset/N-Omniglot/16821427", license: "CC BY 4.0",
                folder: "N-Omniglot", holds: $0, note: "the archive that holds this folder, however it is called")
        }
            + [
                ("images_background", "68d2efa1b9178cc56df9314c21c6e718"),
                ("images_evaluation", "6b91aef0f799c5bb55b94e3f2daec811"),
            ].map { name, checksum in
                PublishedArchive(
                    name + ".zip",
                    address: "https://raw.githubusercontent.com/brendenlake/omniglot/master/python/\(name).zip",
                    page: "https://github.com/brendenlake/omniglot", checksum: checksum, license: "MIT",
                    folder: "Omniglot", holds: name)
            }
    }
}

extension DvsGestureDataSet {
    public var archives: [PublishedArchive] {
        [
            PublishedArchive(
                "DvsGesture.tar.gz", page: "https://ibm.ent.box.com/s/3hiq58ww1pbbjrinh367ykfdf60xsfm8",
                checksum: "8a5c71fb11e24e5ca5b11866ca6c00a1", license: "CC BY 4.0", folder: "", holds: "DvsGesture")
        ]
    }
}

extension CepDvsDataSet {
    public var archives: [PublishedArchive] {
        [
            PublishedArchive(
                "CEP-DVS", page: "https://github.com/Brain-Cog-Lab/Transfer-for-DVS", license: license,
                folder: "", holds: "CEP-DVS",
                note: "its authors give it on request; --from takes an archive in which a folder CEP-DVS holds it")
        ]
    }
}

extension EsImageNetDataSet {
    public var archives: [PublishedArchive] {
        [
            PublishedArchive(
                "ES-imagenet-0.18.part01.rar … part25.rar",
                page: "https://cloud.tsinghua.edu.cn/d/94873ab4ec2a4eb497b3",
                license: license, folder: "", holds: "ES-imagenet-0.18",
                note:
                    "rar archives have to be unpacked by hand (unrar x ES-imagenet-0.18.part01.rar); the images are those of "
                    + "ImageNet, for which image-net.org wants an account")
        ]
    }
}
